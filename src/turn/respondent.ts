import type { AddressWords } from '../base/socket-address.ts';
import type { ClientSocket } from './path.ts';

/** Where an answer goes, and what it answers: a request that is being handled, or one that had to wait. */
export interface Respondent {
  readonly socket: ClientSocket;
  /** The client's address is the row at `clientAt`. */
  readonly client: AddressWords;
  readonly clientAt: number;
  readonly method: number;
  /** The 12 bytes at `transactionAt` are the transaction identifier. */
  readonly transactionSource: Uint8Array;
  readonly transactionAt: number;
  /** Whether the request had a FINGERPRINT; then its answer has one. */
  readonly hasFingerprint: boolean;
}

/** How the answer to an authenticated request is protected (RFC 8489 §9.2.4). */
export interface Signature {
  readonly key: Uint8Array;
  /** MESSAGE-INTEGRITY-SHA256 instead of MESSAGE-INTEGRITY. */
  readonly isSha256: boolean;
}
