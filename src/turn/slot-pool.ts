import { assert } from '../base/assert.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';

/** What `take` returns when all numbers are in use. */
export const NO_SLOT = -1;

/**
 * Hands out small dense numbers, 0 to `max` - 1, for the rows of a table. Of the numbers given back, the one that has rested
 * longest comes first: the less recent its last user, the less likely is a late event about it.
 */
export class SlotPool {
  /** Numbers in use. */
  used = 0;

  readonly #max: number;
  /** Numbers that were ever handed out. */
  #fresh = 0;
  /** A ring of the numbers given back. */
  #rested = new Uint32Array(INITIAL_ROWS);
  #oldest = 0;
  #restedCount = 0;

  constructor(max: number) {
    this.#max = max;
  }

  take(): number {
    if (this.#restedCount > 0) {
      const slot = this.#rested[this.#oldest] as number;
      this.#oldest = (this.#oldest + 1) % this.#rested.length;
      this.#restedCount -= 1;
      this.used += 1;
      return slot;
    }
    if (this.#fresh === this.#max) {
      return NO_SLOT;
    }
    this.used += 1;
    this.#fresh += 1;
    return this.#fresh - 1;
  }

  give(slot: number): void {
    assert(slot < this.#fresh && this.used > 0, 'only a number that was taken is given back');
    if (this.#restedCount === this.#rested.length) {
      this.#unroll();
    }
    this.#rested[(this.#oldest + this.#restedCount) % this.#rested.length] = slot;
    this.#restedCount += 1;
    this.used -= 1;
  }

  /** Doubles the ring, the oldest first. */
  #unroll(): void {
    const old = this.#rested;
    const grown = growColumn(old, old.length + 1);
    grown.set(old.subarray(this.#oldest));
    grown.set(old.subarray(0, this.#oldest), old.length - this.#oldest);
    this.#rested = grown;
    this.#oldest = 0;
  }
}
