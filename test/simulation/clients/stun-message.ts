import type { Hashes } from '../../../src/base/hash.ts';
import type { MessageClass } from '../../../src/stun/message-type.ts';
import { MessageWriter } from '../../../src/stun/message-writer.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_PASSWORD_ALGORITHMS,
  ATTRIBUTE_REALM,
  ATTRIBUTE_USERNAME,
} from '../../../src/stun/registry/attributes.ts';
import { PASSWORD_ALGORITHM_SHA256 } from '../../../src/stun/registry/password-algorithms.ts';

/** What makes a request one of a user (RFC 8489 §9.2.3). */
export interface Signature {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly md5Key: Uint8Array;
  readonly sha256Key: Uint8Array;
  /** The server's PASSWORD-ALGORITHMS and our choice, or undefined for a client of RFC 5389. */
  readonly algorithms?: { readonly offered: Uint8Array; readonly chosen: number } | undefined;
}

export interface MessageDraft {
  readonly messageClass: MessageClass;
  readonly method: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  /** Adds the method's own attributes. */
  readonly write?: ((writer: MessageWriter) => void) | undefined;
  readonly signature?: Signature | undefined;
  readonly hasFingerprint?: boolean;
}

const CAPACITY = 0x10100;
const scratch = new Uint8Array(CAPACITY);
const writer = new MessageWriter();

/** The bytes of one message, in an array of their own. */
export function buildMessage(hashes: Hashes, draft: MessageDraft): Uint8Array {
  writer.begin(scratch, 0, CAPACITY, draft.messageClass, draft.method, draft.transactionId, 0);
  draft.write?.(writer);
  if (draft.signature !== undefined) {
    sign(hashes, draft.signature);
  }
  if (draft.hasFingerprint === true) {
    writer.addFingerprint();
  }
  return scratch.slice(0, writer.length);
}

function sign(hashes: Hashes, signature: Signature): void {
  writer.addText(ATTRIBUTE_USERNAME, signature.username);
  writer.addText(ATTRIBUTE_REALM, signature.realm);
  writer.addText(ATTRIBUTE_NONCE, signature.nonce);
  const { algorithms } = signature;
  if (algorithms === undefined) {
    writer.addIntegrity(hashes, signature.md5Key);
    return;
  }
  writer.addBytes(ATTRIBUTE_PASSWORD_ALGORITHMS, algorithms.offered);
  writer.addPasswordAlgorithm(algorithms.chosen);
  const isSha256 = algorithms.chosen === PASSWORD_ALGORITHM_SHA256;
  writer.addIntegritySha256(hashes, isSha256 ? signature.sha256Key : signature.md5Key);
}
