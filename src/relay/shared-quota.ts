import { createHash } from 'node:crypto';
import type { CredentialId } from '../contract/ids.ts';
import type { AllocationQuota } from '../turn/quota.ts';
import { type SharedTally, TALLY_KEY_BYTES } from './shared-tally.ts';

/** One worker's access to the number of allocations that each credential has over all workers. */
export class SharedQuota implements AllocationQuota {
  readonly #tally: SharedTally;
  readonly #worker: number;
  readonly #allocationsMax: number;

  constructor(tally: SharedTally, worker: number, allocationsMax: number) {
    this.#tally = tally;
    this.#worker = worker;
    this.#allocationsMax = allocationsMax;
  }

  acquire(credential: CredentialId): boolean {
    return this.#tally.take(this.#worker, keyOf(credential), this.#allocationsMax);
  }

  release(credential: CredentialId): void {
    this.#tally.giveBack(this.#worker, keyOf(credential));
  }
}

function keyOf(credential: CredentialId): Uint8Array {
  return createHash('sha256').update(credential).digest().subarray(0, TALLY_KEY_BYTES);
}
