import type { CredentialId } from '../../../src/contract/ids.ts';
import type { AllocationQuota } from '../../../src/turn/quota.ts';
import { requireInvariant } from '../invariant.ts';

/** The quota that all workers share, and that watches them. */
export class SharedQuota implements AllocationQuota {
  readonly #allocationsMax: number;
  readonly #counts = new Map<string, number>();

  constructor(allocationsMax: number) {
    this.#allocationsMax = allocationsMax;
  }

  /** CredentialIds that have allocations. */
  get size(): number {
    return this.#counts.size;
  }

  countOf(credential: string): number {
    return this.#counts.get(credential) ?? 0;
  }

  acquire(credential: CredentialId): boolean {
    const count = this.countOf(credential);
    if (count >= this.#allocationsMax) {
      return false;
    }
    this.#counts.set(credential, count + 1);
    return true;
  }

  release(credential: CredentialId): void {
    const count = this.countOf(credential);
    requireInvariant(count > 0, 'quota', () => 'an allocation is given back that was never counted');
    if (count === 1) {
      this.#counts.delete(credential);
    } else {
      this.#counts.set(credential, count - 1);
    }
  }

  /** Requires that exactly `expected` allocations are counted, by credential. */
  requireCounts(expected: ReadonlyMap<string, number>): void {
    for (const credential of new Set([...expected.keys(), ...this.#counts.keys()])) {
      const is = this.countOf(credential);
      const should = expected.get(credential) ?? 0;
      requireInvariant(is === should, 'quota', () => `${is} allocations of a credential are counted, of ${should}`);
    }
  }
}
