import { assert } from '../base/assert.ts';

/** Milliseconds between two looks at a lock that is held. Its holder needs microseconds, unless it has died. */
const RETRY_MS = 1;
const FREE = 0;

/**
 * A lock between worker threads on one word of shared memory. It knows its owner, so that the lock of a dead worker is
 * found and broken. It is taken once per allocation, never per packet.
 */
export class SharedLock {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #at: number;

  /** Uses `words[at]`, which is 0 in fresh memory. */
  constructor(words: Int32Array<SharedArrayBuffer>, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /** Waits until the lock is `owner`'s; owners count from 0. */
  acquire(owner: number): void {
    for (;;) {
      const holder = Atomics.compareExchange(this.#words, this.#at, FREE, owner + 1);
      if (holder === FREE) {
        return;
      }
      assert(holder !== owner + 1, 'an owner takes the lock once');
      Atomics.wait(this.#words, this.#at, holder, RETRY_MS);
    }
  }

  /** Gives the lock back. */
  release(owner: number): void {
    const holder = Atomics.compareExchange(this.#words, this.#at, owner + 1, FREE);
    assert(holder === owner + 1, 'the lock is released by its owner');
    Atomics.notify(this.#words, this.#at, 1);
  }

  /** Whether `owner`, who has died, held the lock; then it is `heir`'s. */
  inherit(owner: number, heir: number): boolean {
    return Atomics.compareExchange(this.#words, this.#at, owner + 1, heir + 1) === owner + 1;
  }
}
