import { assert } from '../base/assert.ts';
import { encodeUtf8, readU32 } from '../base/bytes.ts';
import type { UnixMs } from '../base/clock.ts';
import { DeadlineHeap } from '../base/deadline-heap.ts';
import type { Hashes } from '../base/hash.ts';
import type { Random } from '../base/random.ts';
import type { CredentialId } from '../contract/ids.ts';
import { NO_ROW, RowIndex } from './row-index.ts';
import { NO_SLOT, SlotPool } from './slot-pool.ts';

/** Words of a hash that identify a credential: no two of them share 128 bits of SHA-256. */
const IDENTITY_WORDS = 4;
/** As many as the numbers of a typed array; memory ends sooner. */
const REVOKED_MAX = 0x7fffffff;

/**
 * Usernames that fail although their credential has not expired. Millions of them take some 60 bytes each, since what is kept
 * is a hash, and no request is slower for them.
 */
export class RevokedUsernames {
  readonly #hashes: Hashes;
  readonly #index: RowIndex;
  readonly #rows = new SlotPool(REVOKED_MAX);
  readonly #expiries = new DeadlineHeap();
  readonly #identity = new Uint32Array(IDENTITY_WORDS);

  constructor(hashes: Hashes, random: Random) {
    this.#hashes = hashes;
    this.#index = new RowIndex(IDENTITY_WORDS - 1, random);
  }

  get size(): number {
    return this.#index.size;
  }

  /** Remembers a username until its credential expires. */
  add(id: CredentialId, expiresAt: UnixMs): void {
    let row = this.#find(id);
    if (row === NO_ROW) {
      row = this.#rows.take();
      assert(row !== NO_SLOT, 'revoked usernames fit in memory');
      this.#index.insert(row, this.#identity[0] as number, this.#identity, 1);
    }
    this.#expiries.set(row, expiresAt);
  }

  has(id: CredentialId): boolean {
    return this.#index.size > 0 && this.#find(id) !== NO_ROW;
  }

  /** When the next one may be forgotten, or Infinity. */
  peekExpiry(): number {
    return this.#expiries.peekDeadline();
  }

  /** Forgets the usernames whose credentials have expired at `now` anyway. */
  forgetExpired(now: UnixMs): void {
    for (let row = this.#expiries.popExpired(now); row >= 0; row = this.#expiries.popExpired(now)) {
      this.#index.remove(row);
      this.#rows.give(row);
    }
  }

  #find(id: CredentialId): number {
    const hash = this.#hashes.sha256(encodeUtf8(id));
    for (let word = 0; word < IDENTITY_WORDS; word += 1) {
      this.#identity[word] = readU32(hash, 4 * word);
    }
    return this.#index.find(this.#identity[0] as number, this.#identity, 1);
  }
}
