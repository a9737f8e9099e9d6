import { assert } from './assert.ts';

/** Ids that a heap has room for before it grows. */
const INITIAL_CAPACITY = 64;
/** In `#slots`: the id has no deadline. */
const NO_SLOT = -1;

/**
 * Deadlines of small dense numeric ids, earliest first: a binary min-heap that knows where each id lies in it, so that
 * a deadline is moved or taken away in O(log n). Its arrays double when a larger id comes, and nothing else allocates.
 */
export class DeadlineHeap {
  /** By heap position: the id there. */
  #ids = new Uint32Array(INITIAL_CAPACITY);
  /** By id: its position in `#ids`, or NO_SLOT. */
  #slots = new Int32Array(INITIAL_CAPACITY).fill(NO_SLOT);
  /** By id: its deadline. */
  #deadlines = new Float64Array(INITIAL_CAPACITY);
  #size = 0;

  /** Ids that have a deadline. */
  get size(): number {
    return this.#size;
  }

  /** Gives `id` a deadline, in place of the one it had. */
  set(id: number, deadline: number): void {
    assert(Number.isInteger(id) && id >= 0 && !Number.isNaN(deadline), 'an id is a whole number, a deadline a number');
    this.#reserve(id);
    this.#deadlines[id] = deadline;
    let slot = this.#slots[id] as number;
    if (slot === NO_SLOT) {
      slot = this.#size;
      this.#size += 1;
      this.#place(id, slot);
    }
    this.#siftDown(this.#siftUp(slot));
  }

  /** Takes the deadline of `id` away; nothing happens when it has none. */
  remove(id: number): void {
    const slot = id < this.#slots.length ? (this.#slots[id] as number) : NO_SLOT;
    if (slot === NO_SLOT) {
      return;
    }
    this.#slots[id] = NO_SLOT;
    this.#size -= 1;
    if (slot < this.#size) {
      this.#place(this.#ids[this.#size] as number, slot);
      this.#siftDown(this.#siftUp(slot));
    }
  }

  /** Whether `id` has a deadline. */
  has(id: number): boolean {
    return id < this.#slots.length && this.#slots[id] !== NO_SLOT;
  }

  /** The earliest deadline, or Infinity when there is none. */
  peekDeadline(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#deadlineAt(0);
  }

  /** Takes away and returns the id with the earliest deadline when that is at or before `now`; else -1. */
  popExpired(now: number): number {
    if (this.peekDeadline() > now || this.#size === 0) {
      return -1;
    }
    const id = this.#ids[0] as number;
    this.remove(id);
    return id;
  }

  #deadlineAt(slot: number): number {
    return this.#deadlines[this.#ids[slot] as number] as number;
  }

  #place(id: number, slot: number): void {
    this.#ids[slot] = id;
    this.#slots[id] = slot;
  }

  /** Moves what is at `slot` towards the root until its parent is not later. Returns where it came to lie. */
  #siftUp(from: number): number {
    const id = this.#ids[from] as number;
    const deadline = this.#deadlines[id] as number;
    let slot = from;
    while (slot > 0) {
      const parent = (slot - 1) >>> 1;
      if (this.#deadlineAt(parent) <= deadline) {
        break;
      }
      this.#place(this.#ids[parent] as number, slot);
      slot = parent;
    }
    this.#place(id, slot);
    return slot;
  }

  /** Moves what is at `slot` away from the root until no child is earlier. */
  #siftDown(from: number): void {
    const id = this.#ids[from] as number;
    const deadline = this.#deadlines[id] as number;
    let slot = from;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= this.#size) {
        break;
      }
      if (child + 1 < this.#size && this.#deadlineAt(child + 1) < this.#deadlineAt(child)) {
        child += 1;
      }
      if (this.#deadlineAt(child) >= deadline) {
        break;
      }
      this.#place(this.#ids[child] as number, slot);
      slot = child;
    }
    this.#place(id, slot);
  }

  #reserve(id: number): void {
    let capacity = this.#slots.length;
    if (id < capacity) {
      return;
    }
    while (capacity <= id) {
      capacity *= 2;
    }
    const ids = new Uint32Array(capacity);
    ids.set(this.#ids);
    const slots = new Int32Array(capacity).fill(NO_SLOT);
    slots.set(this.#slots);
    const deadlines = new Float64Array(capacity);
    deadlines.set(this.#deadlines);
    this.#ids = ids;
    this.#slots = slots;
    this.#deadlines = deadlines;
  }
}
