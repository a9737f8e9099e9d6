import { assert } from '../base/assert.ts';
import { encodeUtf8 } from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import type { Hashes } from '../base/hash.ts';
import { REALM_BYTES_MAX, RESPONSE_BYTES_MAX, RESPONSES_KEPT_MAX, SOFTWARE_BYTES_MAX } from '../base/limits.ts';
import { CLASS_ERROR, CLASS_SUCCESS, type MessageClass } from '../stun/message-type.ts';
import { MessageWriter } from '../stun/message-writer.ts';
import { ATTRIBUTE_NONCE, ATTRIBUTE_REALM, ATTRIBUTE_SOFTWARE } from '../stun/registry/attributes.ts';
import { ERROR_STALE_NONCE, ERROR_UNAUTHENTICATED } from '../stun/registry/error-codes.ts';
import { OFFERED_ALGORITHMS } from './authenticator.ts';
import type { Forward } from './forward.ts';
import type { NonceMint } from './nonce.ts';
import type { Respondent, Signature } from './respondent.ts';

export interface ResponderOptions {
  readonly hashes: Hashes;
  readonly realm: string;
  /** SOFTWARE of success answers; none when empty. */
  readonly software: string;
  readonly nonces: NonceMint;
  readonly forward: Forward;
}

/**
 * Writes answers into a ring of buffers and hands each out as the `Forward` of its input. An answer stays as it is until
 * `RESPONSES_KEPT_MAX` more were written, which is more than a batch of inputs makes.
 */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #realm: Uint8Array;
  readonly #software: Uint8Array;
  readonly #ring = new Uint8Array(RESPONSES_KEPT_MAX * RESPONSE_BYTES_MAX);
  #next = 0;
  readonly #writer = new MessageWriter();

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#realm = encodeUtf8(options.realm);
    this.#software = encodeUtf8(options.software);
    assert(this.#realm.length > 0 && this.#realm.length <= REALM_BYTES_MAX, 'the realm has 1 to 32 bytes');
    assert(this.#software.length <= SOFTWARE_BYTES_MAX, 'the software name has at most 64 bytes');
  }

  /** Starts any message to a client. */
  begin(respondent: Respondent, messageClass: MessageClass): MessageWriter {
    const { method, transactionSource, transactionAt } = respondent;
    const offset = this.#next * RESPONSE_BYTES_MAX;
    this.#next = (this.#next + 1) % RESPONSES_KEPT_MAX;
    this.#writer.begin(this.#ring, offset, RESPONSE_BYTES_MAX, messageClass, method, transactionSource, transactionAt);
    return this.#writer;
  }

  /** Starts a success answer; the caller adds its attributes, and then calls `send`. */
  beginSuccess(respondent: Respondent): MessageWriter {
    return this.begin(respondent, CLASS_SUCCESS);
  }

  /**
   * Starts an error answer. Its reason phrase and the rest are as short as can be, and SOFTWARE is left out, since whoever
   * forges a client's address must not make the server send more than is needed.
   *
   * Deviates: from RFC 8656 §5, which would like SOFTWARE in error answers too, and in a challenge from RFC 8489 §14.8, which
   * would like a reason phrase.
   */
  beginError(respondent: Respondent, code: number): MessageWriter {
    const writer = this.begin(respondent, CLASS_ERROR);
    if (isChallenge(code)) {
      writer.addErrorCode(code, '');
    } else {
      writer.addErrorCode(code);
    }
    return writer;
  }

  /** Adds what a client needs to authenticate its next request (RFC 8489 §9.2.4). */
  addChallenge(respondent: Respondent, unixNow: UnixMs): void {
    const { socket, client, clientAt } = respondent;
    this.#writer.addBytes(ATTRIBUTE_REALM, this.#realm);
    this.#writer.addBytes(ATTRIBUTE_NONCE, this.#options.nonces.issue(socket.transport, client, clientAt, unixNow));
    this.#writer.addPasswordAlgorithms(OFFERED_ALGORITHMS);
  }

  /**
   * Adds SOFTWARE, when there is a name (RFC 8489 §14.14).
   *
   * Deviates: from RFC 8489 §6.3.1.1, which would like it in every answer; it is in those that RFC 8656 §5 names, to Allocate and
   * Refresh. A Binding answer goes to whoever asks, and the others are many.
   */
  addSoftware(): void {
    if (this.#software.length > 0) {
      this.#writer.addBytes(ATTRIBUTE_SOFTWARE, this.#software);
    }
  }

  /** Ends the answer and makes it the `Forward`. Returns its length in bytes. */
  send(respondent: Respondent, signature: Signature | undefined): number {
    const writer = this.#writer;
    if (signature?.isSha256 === true) {
      writer.addIntegritySha256(this.#options.hashes, signature.key);
    } else if (signature !== undefined) {
      writer.addIntegrity(this.#options.hashes, signature.key);
    }
    if (respondent.hasFingerprint) {
      writer.addFingerprint();
    }
    assert(!writer.overflowed, 'every answer fits its buffer');
    const { socket, client, clientAt } = respondent;
    this.#options.forward.toClient(socket.id, client, clientAt, writer.bytes, writer.offset, writer.length);
    return writer.length;
  }
}

/** Whether an error of this code tells the client how to authenticate. */
export function isChallenge(code: number): boolean {
  return code === ERROR_UNAUTHENTICATED || code === ERROR_STALE_NONCE;
}
