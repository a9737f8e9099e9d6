import type { Username } from '../../../src/contract/ids.ts';
import type { AllocationQuota } from '../../../src/turn/quota.ts';
import { requireInvariant } from '../invariant.ts';

/** The quota that all workers share, and that watches them. */
export class SharedQuota implements AllocationQuota {
  readonly #allocationsMax: number;
  readonly #counts = new Map<string, number>();

  constructor(allocationsMax: number) {
    this.#allocationsMax = allocationsMax;
  }

  /** Usernames that have allocations. */
  get size(): number {
    return this.#counts.size;
  }

  countOf(username: string): number {
    return this.#counts.get(username) ?? 0;
  }

  acquire(username: Username): boolean {
    const count = this.countOf(username);
    if (count >= this.#allocationsMax) {
      return false;
    }
    this.#counts.set(username, count + 1);
    return true;
  }

  release(username: Username): void {
    const count = this.countOf(username);
    requireInvariant(count > 0, 'quota', () => 'an allocation is given back that was never counted');
    if (count === 1) {
      this.#counts.delete(username);
    } else {
      this.#counts.set(username, count - 1);
    }
  }

  /** Requires that exactly `expected` allocations are counted, by username. */
  requireCounts(expected: ReadonlyMap<string, number>): void {
    for (const username of new Set([...expected.keys(), ...this.#counts.keys()])) {
      const is = this.countOf(username);
      const should = expected.get(username) ?? 0;
      requireInvariant(is === should, 'quota', () => `${is} allocations of a username are counted, of ${should}`);
    }
  }
}
