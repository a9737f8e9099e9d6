import { concatBytes, encodeUtf8, readU32 } from '../base/bytes.ts';
import type { Hashes } from '../base/hash.ts';
import type { CredentialId } from '../contract/ids.ts';

/** The secret in front of the rows, with which usernames are hashed: nobody can choose some that fall on one row. */
export const TABLE_SECRET_BYTES = 16;

/** Behind the secret: how many rows are used. */
const COUNT_AT = TABLE_SECRET_BYTES / 4;
const HEADER_WORDS = COUNT_AT + 1;
/** Words of a username's hash that identify it: no two usernames share 128 bits of SHA-256. */
const IDENTITY_WORDS = 4;
/** A row is the identity, and the second of the expiry. */
const EXPIRY_AT = IDENTITY_WORDS;
const ROW_WORDS = IDENTITY_WORDS + 1;

/**
 * Rows of revoked usernames in a piece of memory, found by open addressing: 20 bytes each, and no text.
 *
 * One thread writes, and others may read at the same time, without a lock. A row is written once, and only where there was none,
 * its first word last: a reader finds every row that was there when it was told of it, and takes one that is half
 * written for another's.
 */
export class RevokedTable {
  /** Rows that there is room for, a power of two. */
  readonly capacity: number;
  readonly #hashes: Hashes;
  readonly #secret: Uint8Array;
  readonly #words: Uint32Array;
  readonly #identity = new Uint32Array(IDENTITY_WORDS);

  /** `memory` is of `bytesOf(capacity)` bytes, and zeroed behind its secret at first. */
  constructor(hashes: Hashes, memory: ArrayBufferLike) {
    this.#hashes = hashes;
    this.#words = new Uint32Array(memory);
    this.#secret = new Uint8Array(memory).slice(0, TABLE_SECRET_BYTES);
    this.capacity = (this.#words.length - HEADER_WORDS) / ROW_WORDS;
  }

  static bytesOf(capacity: number): number {
    return 4 * (HEADER_WORDS + capacity * ROW_WORDS);
  }

  /** Costs the hash, whatever it finds; nothing where nothing is revoked. */
  has(id: CredentialId): boolean {
    if (this.#words[COUNT_AT] === 0) {
      return false;
    }
    this.#identify(id);
    return this.#isUsed(this.#find(this.#identity, 0));
  }

  /** There is room. @returns false when the username was there before. */
  insert(id: CredentialId, expirySeconds: number): boolean {
    this.#identify(id);
    const at = this.#find(this.#identity, 0);
    if (this.#isUsed(at)) {
      return false;
    }
    this.#write(at, this.#identity, 0, expirySeconds);
    return true;
  }

  /** Rows that expire after a moment. */
  countAfter(seconds: number): number {
    let count = 0;
    for (let at = HEADER_WORDS; at < this.#words.length; at += ROW_WORDS) {
      count += this.#isUsed(at) && this.#expiryAt(at) > seconds ? 1 : 0;
    }
    return count;
  }

  /** Writes the rows that expire after a moment into an empty table. @returns the earliest expiry among them, or Infinity. */
  copyTo(other: RevokedTable, afterSeconds: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (let at = HEADER_WORDS; at < this.#words.length; at += ROW_WORDS) {
      const expirySeconds = this.#expiryAt(at);
      if (this.#isUsed(at) && expirySeconds > afterSeconds) {
        other.#write(other.#find(this.#words, at), this.#words, at, expirySeconds);
        next = Math.min(next, expirySeconds);
      }
    }
    return next;
  }

  /** Where the row of an identity is, or would be. */
  #find(identity: Uint32Array, identityAt: number): number {
    const mask = this.capacity - 1;
    for (let row = (identity[identityAt] as number) & mask; ; row = (row + 1) & mask) {
      const at = HEADER_WORDS + row * ROW_WORDS;
      if (!this.#isUsed(at) || this.#holds(at, identity, identityAt)) {
        return at;
      }
    }
  }

  #holds(at: number, identity: Uint32Array, identityAt: number): boolean {
    for (let word = 0; word < IDENTITY_WORDS; word += 1) {
      if (this.#words[at + word] !== identity[identityAt + word]) {
        return false;
      }
    }
    return true;
  }

  #write(at: number, identity: Uint32Array, identityAt: number, expirySeconds: number): void {
    this.#words[at + EXPIRY_AT] = expirySeconds;
    for (let word = IDENTITY_WORDS - 1; word >= 0; word -= 1) {
      this.#words[at + word] = identity[identityAt + word] as number;
    }
    this.#words[COUNT_AT] = (this.#words[COUNT_AT] as number) + 1;
  }

  /** The first word of an identity is never 0. */
  #isUsed(at: number): boolean {
    return this.#words[at] !== 0;
  }

  #expiryAt(at: number): number {
    return this.#words[at + EXPIRY_AT] as number;
  }

  #identify(id: CredentialId): void {
    const hash = this.#hashes.sha256(concatBytes(this.#secret, encodeUtf8(id)));
    for (let word = 0; word < IDENTITY_WORDS; word += 1) {
      this.#identity[word] = readU32(hash, 4 * word);
    }
    this.#identity[0] ||= 1;
  }
}
