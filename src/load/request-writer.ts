import { encodeUtf8, writeU32 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import { ADDRESS_WORDS, familyOf, IPV6 } from '../base/socket-address.ts';
import { TRANSPORT_UDP } from '../stun/attributes/turn-values.ts';
import { longTermKeyMd5 } from '../stun/integrity.ts';
import { TRANSACTION_ID_BYTES } from '../stun/message-layout.ts';
import { CLASS_REQUEST } from '../stun/message-type.ts';
import { MessageWriter } from '../stun/message-writer.ts';
import {
  ATTRIBUTE_NONCE,
  ATTRIBUTE_REALM,
  ATTRIBUTE_REQUESTED_ADDRESS_FAMILY,
  ATTRIBUTE_USERNAME,
  ATTRIBUTE_XOR_PEER_ADDRESS,
} from '../stun/registry/attributes.ts';
import {
  METHOD_ALLOCATE,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
} from '../stun/registry/methods.ts';
import type { FlowTable } from './flow-table.ts';

/** The longest request has a username of 508 bytes, a realm and a nonce of 763. */
const REQUEST_BYTES_MAX = 4_096;
const LIFETIME_SECONDS = 600;

/** What a server asked to be shown. */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
}

export interface RequestWriterOptions {
  readonly hashes: Hashes;
  readonly user: string;
  readonly password: string;
  readonly flows: FlowTable;
  /** 8 random bytes; a number is counted up behind them, which together make a transaction identifier. */
  readonly seed: Uint8Array;
}

/** Writes the generator's requests, signed as clients of RFC 5389 do it: an MD5 key and HMAC-SHA1. */
export class RequestWriter {
  readonly #options: RequestWriterOptions;
  readonly #writer = new MessageWriter();
  readonly #scratch = new Uint8Array(REQUEST_BYTES_MAX);
  readonly #transaction = new Uint8Array(TRANSACTION_ID_BYTES);
  #serial = 0;
  #keyRealm: string | undefined;
  #key: Uint8Array = new Uint8Array(0);

  constructor(options: RequestWriterOptions) {
    this.#options = options;
    this.#transaction.set(options.seed.subarray(0, TRANSACTION_ID_BYTES - 4));
  }

  /** The request of `method` for `client`, in bytes of its own; signed where the server has challenged. */
  write(method: number, client: number, challenge: Challenge | undefined): Uint8Array {
    const writer = this.#writer;
    this.#serial += 1;
    writeU32(this.#transaction, TRANSACTION_ID_BYTES - 4, this.#serial);
    writer.begin(this.#scratch, 0, REQUEST_BYTES_MAX, CLASS_REQUEST, method, this.#transaction, 0);
    this.#addAttributes(method, client);
    if (challenge !== undefined) {
      writer.addText(ATTRIBUTE_USERNAME, this.#options.user);
      writer.addText(ATTRIBUTE_REALM, challenge.realm);
      writer.addText(ATTRIBUTE_NONCE, challenge.nonce);
      writer.addIntegrity(this.#options.hashes, this.keyOf(challenge.realm));
    }
    return this.#scratch.slice(0, writer.length);
  }

  /** The long-term key in this realm (RFC 8489 §18.5.1.1). */
  keyOf(realm: string): Uint8Array {
    if (this.#keyRealm !== realm) {
      const { hashes, user, password } = this.#options;
      this.#key = longTermKeyMd5(hashes, encodeUtf8(user), encodeUtf8(realm), encodeUtf8(password));
      this.#keyRealm = realm;
    }
    return this.#key;
  }

  #addAttributes(method: number, client: number): void {
    const writer = this.#writer;
    const { flows } = this.#options;
    const peerAt = (flows.peerOf[client] as number) * ADDRESS_WORDS;
    if (method === METHOD_ALLOCATE) {
      writer.addRequestedTransport(TRANSPORT_UDP);
      writer.addLifetime(LIFETIME_SECONDS);
      if (familyOf(flows.peerAddresses, peerAt) === IPV6) {
        writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, IPV6);
      }
    } else if (method === METHOD_REFRESH) {
      // RFC 8656 §7.2: a lifetime of 0 ends the allocation.
      writer.addLifetime(0);
    } else if (method === METHOD_CHANNEL_BIND) {
      writer.addChannelNumber(flows.channelOf[client] as number);
      writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, flows.peerAddresses, peerAt);
    } else if (method === METHOD_CREATE_PERMISSION) {
      writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, flows.peerAddresses, peerAt);
    }
  }
}
