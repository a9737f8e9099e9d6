import { assert } from '../base/assert.ts';
import { QUOTA_KEY_WORDS, type QuotaKeys } from '../turn/quota-keys.ts';
import { SharedLock } from './shared-lock.ts';

/** What `take` returns when it has counted everything. */
export const ALL_TAKEN = -1;

const KEY_WORDS = QUOTA_KEY_WORDS;
/** The lock, what keys are hashed with, and the number of rows in use. */
const LOCK_AT = 0;
const SEED_AT = 1;
const USED_AT = 2;
const HEADER_WORDS = 3;

/**
 * Counts how many of something each key holds over all workers, in memory that they share: an open-addressed table whose
 * rows have a column per worker, so that the share of a worker that died can be taken out. One lock guards it; a call
 * costs about a microsecond, and is made once per allocation.
 *
 * A thread may be ended between any two writes. Every write order here leaves the table such that `rebuild` makes it right again.
 */
export class SharedTally {
  readonly #words: Uint32Array<SharedArrayBuffer>;
  readonly #lock: SharedLock;
  readonly #rowWords: number;
  readonly #capacity: number;
  readonly #seed: number;

  /** `memory` is of `bytesOf(capacity, workers)` bytes, zeroed at first; `capacity` is a power of two. */
  constructor(memory: SharedArrayBuffer, capacity: number, workers: number) {
    assert((capacity & (capacity - 1)) === 0, 'the capacity is a power of two');
    assert(memory.byteLength === SharedTally.bytesOf(capacity, workers), 'the memory fits the table');
    this.#words = new Uint32Array(memory);
    this.#lock = new SharedLock(new Int32Array(memory), LOCK_AT);
    this.#rowWords = KEY_WORDS + workers;
    this.#capacity = capacity;
    this.#seed = this.#words[SEED_AT] as number;
  }

  /** Zeroed memory with a secret number: nobody outside chooses addresses and names that crowd into one place of the table. */
  static makeMemory(capacity: number, workers: number, seed: number): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(SharedTally.bytesOf(capacity, workers));
    new Uint32Array(memory)[SEED_AT] = seed;
    return memory;
  }

  static bytesOf(capacity: number, workers: number): number {
    return 4 * (HEADER_WORDS + capacity * (KEY_WORDS + workers));
  }

  /**
   * Counts one more of each key in `keys` for `worker`; a key that begins with 0 is none. Where all workers together have as
   * many of one as its `maxes` says, or the table has no room for it, nothing is counted.
   * @returns the place of that key, or `ALL_TAKEN`.
   */
  take(worker: number, keys: QuotaKeys, maxes: readonly number[]): number {
    this.#lock.acquire(worker);
    const full = this.#takeLocked(worker, keys, maxes);
    this.#lock.release(worker);
    return full;
  }

  /** Counts one less of each key, which `worker` took before. */
  giveBack(worker: number, keys: QuotaKeys): void {
    this.#lock.acquire(worker);
    this.#giveBackBefore(keys.length / KEY_WORDS, worker, keys);
    this.#lock.release(worker);
  }

  /** How many there are of the first key in `keys`. */
  count(worker: number, keys: QuotaKeys): number {
    this.#lock.acquire(worker);
    const row = this.#find(keys, 0);
    const sum = this.#isFree(row) ? 0 : this.#sum(row);
    this.#lock.release(worker);
    return sum;
  }

  /** Takes out everything that `worker`, which has died, took; `heir` counts as its caller. */
  forgetWorker(worker: number, heir: number): void {
    if (!this.#lock.inherit(worker, heir)) {
      this.#lock.acquire(heir);
    }
    this.#rebuild(worker);
    this.#lock.release(heir);
  }

  #takeLocked(worker: number, keys: QuotaKeys, maxes: readonly number[]): number {
    for (let at = 0, place = 0; at < keys.length; at += KEY_WORDS, place += 1) {
      if (keys[at] !== 0 && !this.#takeOne(worker, keys, at, maxes[place] as number)) {
        this.#giveBackBefore(place, worker, keys);
        return place;
      }
    }
    return ALL_TAKEN;
  }

  #takeOne(worker: number, keys: QuotaKeys, at: number, max: number): boolean {
    const row = this.#find(keys, at);
    const column = row + KEY_WORDS + worker;
    if (!this.#isFree(row)) {
      const isBelow = this.#sum(row) < max;
      (this.#words[column] as number) += isBelow ? 1 : 0;
      return isBelow;
    }
    if (max < 1 || (this.#words[USED_AT] as number) >= this.#capacity * 0.75) {
      return false;
    }
    this.#writeKey(row, keys, at);
    this.#words[column] = 1;
    (this.#words[USED_AT] as number) += 1;
    return true;
  }

  /** Gives back the keys before the one at `place`. */
  #giveBackBefore(place: number, worker: number, keys: QuotaKeys): void {
    for (let at = 0; at < place * KEY_WORDS; at += KEY_WORDS) {
      if (keys[at] !== 0) {
        this.#giveBackOne(worker, keys, at);
      }
    }
  }

  #giveBackOne(worker: number, keys: QuotaKeys, at: number): void {
    const row = this.#find(keys, at);
    const column = row + KEY_WORDS + worker;
    assert(!this.#isFree(row) && (this.#words[column] as number) > 0, 'what is given back was taken');
    (this.#words[column] as number) -= 1;
    if (this.#sum(row) === 0) {
      this.#remove(row);
    }
  }

  /** The row of the key at `at`, or the free one where it belongs. */
  #find(keys: QuotaKeys, at: number): number {
    for (let index = this.#home(keys, at); ; index = (index + 1) & (this.#capacity - 1)) {
      const row = this.#rowAt(index);
      if (this.#isFree(row) || this.#holds(row, keys, at)) {
        return row;
      }
    }
  }

  /** Takes a row out, and moves those behind it forward that would not be found over the gap. */
  #remove(row: number): void {
    const mask = this.#capacity - 1;
    let gap = (row - HEADER_WORDS) / this.#rowWords;
    for (let index = (gap + 1) & mask; !this.#isFree(this.#rowAt(index)); index = (index + 1) & mask) {
      const home = this.#home(this.#words, this.#rowAt(index));
      if (((index - home) & mask) >= ((index - gap) & mask)) {
        this.#copyRow(this.#rowAt(index), this.#rowAt(gap));
        gap = index;
      }
    }
    this.#clearRow(this.#rowAt(gap));
    (this.#words[USED_AT] as number) -= 1;
  }

  /**
   * Inserts all rows anew, without `worker`. A thread that ended while it moved a row may have left it twice, one copy with
   * fewer columns written: of two rows with one key the larger count of each column is right. A key written in part has
   * no counts yet.
   */
  #rebuild(worker: number): void {
    const old = this.#words.slice(HEADER_WORDS);
    this.#words.fill(0, USED_AT);
    for (let at = 0; at < old.length; at += this.#rowWords) {
      if (old[at] !== 0) {
        old[at + KEY_WORDS + worker] = 0;
        this.#merge(old.subarray(at, at + this.#rowWords));
      }
    }
  }

  #merge(from: Uint32Array): void {
    if (from.subarray(KEY_WORDS).every((count) => count === 0)) {
      return;
    }
    let index = this.#home(from, 0);
    while (!this.#isFree(this.#rowAt(index)) && !this.#holds(this.#rowAt(index), from, 0)) {
      index = (index + 1) & (this.#capacity - 1);
    }
    const row = this.#rowAt(index);
    (this.#words[USED_AT] as number) += this.#isFree(row) ? 1 : 0;
    this.#words.set(from.subarray(0, KEY_WORDS), row);
    for (let column = KEY_WORDS; column < this.#rowWords; column++) {
      this.#words[row + column] = Math.max(this.#words[row + column] as number, from[column] as number);
    }
  }

  #rowAt(index: number): number {
    return HEADER_WORDS + index * this.#rowWords;
  }

  /** Where the key at `at` belongs. */
  #home(keys: Uint32Array, at: number): number {
    let hash = this.#seed;
    for (let word = at; word < at + KEY_WORDS; word += 1) {
      hash = Math.imul(hash ^ (keys[word] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & (this.#capacity - 1);
  }

  /** The first word of a key is never 0. */
  #isFree(row: number): boolean {
    return this.#words[row] === 0;
  }

  #holds(row: number, keys: Uint32Array, at: number): boolean {
    return (
      this.#words[row] === keys[at] &&
      this.#words[row + 1] === keys[at + 1] &&
      this.#words[row + 2] === keys[at + 2] &&
      this.#words[row + 3] === keys[at + 3]
    );
  }

  #sum(row: number): number {
    let sum = 0;
    for (let column = row + KEY_WORDS; column < row + this.#rowWords; column++) {
      sum += this.#words[column] as number;
    }
    return sum;
  }

  /** The counts of a free row are 0 already. */
  #writeKey(row: number, keys: QuotaKeys, at: number): void {
    this.#words[row + 3] = keys[at + 3] as number;
    this.#words[row + 2] = keys[at + 2] as number;
    this.#words[row + 1] = keys[at + 1] as number;
    this.#words[row] = keys[at] as number;
  }

  /** The counts of the target are 0 or smaller than those of the source until they are written. */
  #copyRow(from: number, to: number): void {
    this.#words.fill(0, to + KEY_WORDS, to + this.#rowWords);
    this.#words.copyWithin(to, from, from + this.#rowWords);
  }

  #clearRow(row: number): void {
    this.#words.fill(0, row + KEY_WORDS, row + this.#rowWords);
    this.#words.fill(0, row, row + KEY_WORDS);
  }
}
