import { assert } from '../base/assert.ts';
import type { Username } from '../contract/ids.ts';

/** How many allocations a credential may have at one time, over all workers of the node (RFC 8656 §5, §7.2 step 10). */
export interface AllocationQuota {
  /** Counts one allocation more; false, and nothing counted, when there would be too many. */
  acquire(username: Username): boolean;
  /** Counts one allocation less; once for every `acquire` that was true. */
  release(username: Username): void;
}

/** The quota of a single worker. */
export class LocalQuota implements AllocationQuota {
  readonly #allocationsMax: number;
  readonly #counts = new Map<Username, number>();

  constructor(allocationsMax: number) {
    this.#allocationsMax = allocationsMax;
  }

  /** Credentials that have allocations. */
  get size(): number {
    return this.#counts.size;
  }

  acquire(username: Username): boolean {
    const count = this.#counts.get(username) ?? 0;
    if (count >= this.#allocationsMax) {
      return false;
    }
    this.#counts.set(username, count + 1);
    return true;
  }

  release(username: Username): void {
    const count = this.#counts.get(username) ?? 0;
    assert(count > 0, 'only what was acquired is released');
    if (count === 1) {
      this.#counts.delete(username);
    } else {
      this.#counts.set(username, count - 1);
    }
  }
}
