import { assert } from '../base/assert.ts';

/** A set of whole numbers below a fixed bound: adding, removing and picking one by its position all take constant time. */
export class IndexSet {
  size = 0;

  /** The members, in no order, in the first `size` places. */
  readonly #members: Uint32Array;
  /** By number: its place in `#members`, or -1. */
  readonly #places: Int32Array;

  constructor(bound: number) {
    this.#members = new Uint32Array(bound);
    this.#places = new Int32Array(bound).fill(-1);
  }

  has(index: number): boolean {
    return (this.#places[index] as number) >= 0;
  }

  /** The member at a place, 0 ≤ `place` < `size`. */
  at(place: number): number {
    return this.#members[place] as number;
  }

  /** Adds a number that is not a member. */
  add(index: number): void {
    assert(this.#places[index] === -1, 'a number is added once');
    this.#members[this.size] = index;
    this.#places[index] = this.size;
    this.size += 1;
  }

  /** Removes a number; nothing happens when it is no member. */
  remove(index: number): void {
    const place = this.#places[index] as number;
    if (place < 0) {
      return;
    }
    this.size -= 1;
    const last = this.#members[this.size] as number;
    this.#members[place] = last;
    this.#places[last] = place;
    this.#places[index] = -1;
  }
}
