import type { AllocationQuota, QuotaMaxes } from '../turn/quota.ts';
import { QUOTA_SCOPES, type QuotaKeys, type QuotaScope } from '../turn/quota-keys.ts';
import { ALL_TAKEN, type SharedTally } from './shared-tally.ts';

/** One worker's access to the numbers of allocations that all workers have. */
export class SharedQuota implements AllocationQuota {
  readonly #tally: SharedTally;
  readonly #worker: number;

  constructor(tally: SharedTally, worker: number) {
    this.#tally = tally;
    this.#worker = worker;
  }

  acquire(keys: QuotaKeys, maxes: QuotaMaxes): QuotaScope | undefined {
    const full = this.#tally.take(this.#worker, keys, maxes);
    return full === ALL_TAKEN ? undefined : QUOTA_SCOPES[full];
  }

  release(keys: QuotaKeys): void {
    this.#tally.giveBack(this.#worker, keys);
  }
}
