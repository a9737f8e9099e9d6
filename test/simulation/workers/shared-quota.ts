import { type AllocationQuota, LocalQuota, type QuotaMaxes } from '../../../src/turn/quota.ts';
import { QUOTA_KEY_WORDS, type QuotaKeys, type QuotaScope } from '../../../src/turn/quota-keys.ts';
import { requireInvariant } from '../invariant.ts';

/** The quota that all workers share, and that watches them. */
export class SharedQuota implements AllocationQuota {
  readonly #quota = new LocalQuota();
  /** Allocations by the words that a credential is counted by. */
  readonly #counts = new Map<string, number>();

  /** Things that have allocations: credentials, keys, addresses and all others. */
  get size(): number {
    return this.#quota.size;
  }

  acquire(keys: QuotaKeys, maxes: QuotaMaxes): QuotaScope | undefined {
    const full = this.#quota.acquire(keys, maxes);
    if (full === undefined) {
      this.#add(keys, 1);
    }
    return full;
  }

  release(keys: QuotaKeys): void {
    const count = this.#counts.get(keys.subarray(0, QUOTA_KEY_WORDS).join()) ?? 0;
    requireInvariant(count > 0, 'quota', () => 'an allocation is given back that was never counted');
    this.#quota.release(keys);
    this.#add(keys, -1);
  }

  /**
   * Requires that exactly `expected` allocations are counted, by username. Which name stands for which username is the
   * servers' secret, so it is the numbers that are compared.
   */
  requireCounts(expected: ReadonlyMap<string, number>): void {
    const is = sorted(this.#counts.values());
    const should = sorted(expected.values());
    requireInvariant(is === should, 'quota', () => `allocations are counted as ${is}, not as ${should}`);
  }

  #add(keys: QuotaKeys, difference: number): void {
    const name = keys.subarray(0, QUOTA_KEY_WORDS).join();
    const count = (this.#counts.get(name) ?? 0) + difference;
    if (count === 0) {
      this.#counts.delete(name);
    } else {
      this.#counts.set(name, count);
    }
  }
}

function sorted(counts: Iterable<number>): string {
  return [...counts].toSorted((a, b) => a - b).join();
}
