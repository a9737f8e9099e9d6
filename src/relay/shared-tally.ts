import { assert } from '../base/assert.ts';
import { readU32 } from '../base/bytes.ts';
import { SharedLock } from './shared-lock.ts';

/** A counted thing is named by so many bytes: a prefix of a hash, so that its first bytes are spread evenly. */
export const TALLY_KEY_BYTES = 16;

const KEY_WORDS = TALLY_KEY_BYTES / 4;
/** The lock, and the number of rows in use. */
const LOCK_AT = 0;
const USED_AT = 1;
const HEADER_WORDS = 2;

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

  /** `memory` is of `bytesOf(capacity, workers)` bytes, zeroed at first; `capacity` is a power of two. */
  constructor(memory: SharedArrayBuffer, capacity: number, workers: number) {
    assert((capacity & (capacity - 1)) === 0, 'the capacity is a power of two');
    assert(memory.byteLength === SharedTally.bytesOf(capacity, workers), 'the memory fits the table');
    this.#words = new Uint32Array(memory);
    this.#lock = new SharedLock(new Int32Array(memory), LOCK_AT);
    this.#rowWords = KEY_WORDS + workers;
    this.#capacity = capacity;
  }

  static bytesOf(capacity: number, workers: number): number {
    return 4 * (HEADER_WORDS + capacity * (KEY_WORDS + workers));
  }

  /** Counts one more of `key` for `worker`, unless all workers together have `max` of it, or the table is full. */
  take(worker: number, key: Uint8Array, max: number): boolean {
    this.#lock.acquire(worker);
    const isTaken = this.#takeLocked(worker, key, max);
    this.#lock.release(worker);
    return isTaken;
  }

  /** Counts one less of `key`, which `worker` took before. */
  giveBack(worker: number, key: Uint8Array): void {
    this.#lock.acquire(worker);
    const row = this.#find(key);
    const column = row + KEY_WORDS + worker;
    assert(!this.#isFree(row) && (this.#words[column] as number) > 0, 'what is given back was taken');
    (this.#words[column] as number) -= 1;
    if (this.#sum(row) === 0) {
      this.#remove(row);
    }
    this.#lock.release(worker);
  }

  /** How many of `key` there are. */
  count(worker: number, key: Uint8Array): number {
    this.#lock.acquire(worker);
    const row = this.#find(key);
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

  #takeLocked(worker: number, key: Uint8Array, max: number): boolean {
    const row = this.#find(key);
    const column = row + KEY_WORDS + worker;
    if (!this.#isFree(row)) {
      const isBelow = this.#sum(row) < max;
      (this.#words[column] as number) += isBelow ? 1 : 0;
      return isBelow;
    }
    if (max < 1 || (this.#words[USED_AT] as number) >= this.#capacity * 0.75) {
      return false;
    }
    this.#writeKey(row, key);
    this.#words[column] = 1;
    (this.#words[USED_AT] as number) += 1;
    return true;
  }

  /** The row of `key`, or the free one where it belongs. */
  #find(key: Uint8Array): number {
    for (let index = this.#home(firstWord(key)); ; index = (index + 1) & (this.#capacity - 1)) {
      const row = HEADER_WORDS + index * this.#rowWords;
      if (this.#isFree(row) || this.#holds(row, key)) {
        return row;
      }
    }
  }

  /** Takes a row out, and moves those behind it forward that would not be found over the gap. */
  #remove(row: number): void {
    const mask = this.#capacity - 1;
    let gap = (row - HEADER_WORDS) / this.#rowWords;
    for (let index = (gap + 1) & mask; !this.#isFree(this.#rowAt(index)); index = (index + 1) & mask) {
      const home = this.#home(this.#words[this.#rowAt(index)] as number);
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
    let index = this.#home(from[0] as number);
    while (!this.#isFree(this.#rowAt(index)) && !this.#hasKeyOf(this.#rowAt(index), from)) {
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

  #home(word: number): number {
    return word & (this.#capacity - 1);
  }

  /** The first word of a key is never 0 in the table. */
  #isFree(row: number): boolean {
    return this.#words[row] === 0;
  }

  #holds(row: number, key: Uint8Array): boolean {
    return (
      this.#words[row] === firstWord(key) &&
      this.#words[row + 1] === readU32(key, 4) &&
      this.#words[row + 2] === readU32(key, 8) &&
      this.#words[row + 3] === readU32(key, 12)
    );
  }

  #hasKeyOf(row: number, other: Uint32Array): boolean {
    return [0, 1, 2, 3].every((word) => this.#words[row + word] === other[word]);
  }

  #sum(row: number): number {
    let sum = 0;
    for (let column = row + KEY_WORDS; column < row + this.#rowWords; column++) {
      sum += this.#words[column] as number;
    }
    return sum;
  }

  /** The counts of a free row are 0 already. */
  #writeKey(row: number, key: Uint8Array): void {
    this.#words[row + 3] = readU32(key, 12);
    this.#words[row + 2] = readU32(key, 8);
    this.#words[row + 1] = readU32(key, 4);
    this.#words[row] = firstWord(key);
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

function firstWord(key: Uint8Array): number {
  return readU32(key, 0) || 1;
}
