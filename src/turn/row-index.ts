import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';

/** What `find` returns when no row has these words. */
export const NO_ROW = -1;

/** Slots of an empty index, a power of two. */
const INITIAL_SLOTS = 128;
/** Halves of a word times the two hashes that make 32 bits. */
const FACTORS_PER_WORD = 4;

/**
 * Finds a row of a table by its key, which is a fixed number of 32-bit words: one head word and a tail, so that a caller can
 * look an address up where it lies. An open-addressing hash table with linear probing over typed arrays: looking up allocates
 * nothing, removing leaves no tombstones.
 *
 * The hash is Dietzfelbinger's multiply-shift with random factors: whoever chooses keys (a client its peers, say) cannot
 * choose them to collide.
 */
export class RowIndex {
  /** Words of one key. */
  readonly keyWords: number;
  /** Keys by row: `keyWords` words each, the head first. Only those of inserted rows mean anything. */
  keys: Uint32Array<ArrayBuffer>;
  /** Rows that are inserted. */
  size = 0;

  /** By slot: the row there plus one, 0 when empty. */
  #slots = new Int32Array(INITIAL_SLOTS);
  /** By row: the hash of its key. Signed, so that a hash that is passed around is a small integer, not a heap number. */
  #hashes = new Int32Array(INITIAL_ROWS);
  readonly #factors: Uint32Array;

  constructor(tailWords: number, random: Random) {
    this.keyWords = 1 + tailWords;
    this.keys = new Uint32Array(INITIAL_ROWS * this.keyWords);
    this.#factors = new Uint32Array(this.keyWords * FACTORS_PER_WORD + 2);
    for (let i = 0; i < this.#factors.length; i += 1) {
      this.#factors[i] = random.below(0x100000000);
    }
  }

  /** The row whose key is `head` and the words of `tail` from `tailAt` on, or `NO_ROW`. */
  find(head: number, tail: Uint32Array, tailAt: number): number {
    const hash = this.#hash(head, tail, tailAt);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] as number) - 1;
      if (row < 0) {
        return NO_ROW;
      }
      if (this.#hashes[row] === hash && this.#holds(row, head, tail, tailAt)) {
        return row;
      }
    }
  }

  /** Gives `row`, which is not inserted, a key that no other row has. */
  insert(row: number, head: number, tail: Uint32Array, tailAt: number): void {
    this.#reserve(row);
    const at = row * this.keyWords;
    this.keys[at] = head;
    for (let i = 1; i < this.keyWords; i += 1) {
      this.keys[at + i] = tail[tailAt + i - 1] as number;
    }
    const hash = this.#hash(head, tail, tailAt);
    this.#hashes[row] = hash;
    this.size += 1;
    if (2 * this.size > this.#slots.length) {
      this.#rehash();
    }
    this.#place(row, hash);
  }

  /** Takes out `row`, which is inserted. */
  remove(row: number): void {
    const mask = this.#slots.length - 1;
    let hole = (this.#hashes[row] as number) & mask;
    while (this.#slots[hole] !== row + 1) {
      assert(this.#slots[hole] !== 0, 'only an inserted row is removed');
      hole = (hole + 1) & mask;
    }
    this.size -= 1;
    // What was pushed past the hole moves back into it, so that no search stops too early.
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = (this.#hashes[(this.#slots[slot] as number) - 1] as number) & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        this.#slots[hole] = this.#slots[slot] as number;
        hole = slot;
      }
    }
    this.#slots[hole] = 0;
  }

  /** Two universal hashes of 16 bits, side by side, as a signed number. */
  #hash(head: number, tail: Uint32Array, tailAt: number): number {
    const factors = this.#factors;
    const low = head & 0xffff;
    const high = head >>> 16;
    let first = Math.imul(low, factors[0] as number) + Math.imul(high, factors[1] as number);
    let second = Math.imul(low, factors[2] as number) + Math.imul(high, factors[3] as number);
    let f = FACTORS_PER_WORD;
    for (let i = tailAt; f < this.keyWords * FACTORS_PER_WORD; i += 1, f += FACTORS_PER_WORD) {
      const word = tail[i] as number;
      const wordLow = word & 0xffff;
      const wordHigh = word >>> 16;
      first = (first + Math.imul(wordLow, factors[f] as number) + Math.imul(wordHigh, factors[f + 1] as number)) | 0;
      second =
        (second + Math.imul(wordLow, factors[f + 2] as number) + Math.imul(wordHigh, factors[f + 3] as number)) | 0;
    }
    first = (first + (factors[f] as number)) | 0;
    second = (second + (factors[f + 1] as number)) | 0;
    return (first & 0xffff0000) | (second >>> 16);
  }

  #holds(row: number, head: number, tail: Uint32Array, tailAt: number): boolean {
    const at = row * this.keyWords;
    if (this.keys[at] !== head) {
      return false;
    }
    for (let i = 1; i < this.keyWords; i += 1) {
      if (this.keys[at + i] !== tail[tailAt + i - 1]) {
        return false;
      }
    }
    return true;
  }

  #place(row: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) {
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = row + 1;
  }

  #rehash(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    for (const entry of old) {
      if (entry !== 0) {
        this.#place(entry - 1, this.#hashes[entry - 1] as number);
      }
    }
  }

  #reserve(row: number): void {
    this.keys = growColumn(this.keys, (row + 1) * this.keyWords);
    this.#hashes = growColumn(this.#hashes, row + 1);
  }
}
