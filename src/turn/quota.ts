import { assert } from '../base/assert.ts';
import type { CredentialId } from '../contract/ids.ts';

/** How many allocations a credential may have at one time, over all workers of the node (RFC 8656 §5, §7.2 step 10). */
export interface AllocationQuota {
  /** Counts one allocation more; false, and nothing counted, when there would be too many. */
  acquire(credential: CredentialId): boolean;
  /** Counts one allocation less; once for every `acquire` that was true. */
  release(credential: CredentialId): void;
}

/** The quota of a single worker. */
export class LocalQuota implements AllocationQuota {
  readonly #allocationsMax: number;
  readonly #counts = new Map<CredentialId, number>();

  constructor(allocationsMax: number) {
    this.#allocationsMax = allocationsMax;
  }

  /** Credentials that have allocations. */
  get size(): number {
    return this.#counts.size;
  }

  acquire(credential: CredentialId): boolean {
    const count = this.#counts.get(credential) ?? 0;
    if (count >= this.#allocationsMax) {
      return false;
    }
    this.#counts.set(credential, count + 1);
    return true;
  }

  release(credential: CredentialId): void {
    const count = this.#counts.get(credential) ?? 0;
    assert(count > 0, 'only what was acquired is released');
    if (count === 1) {
      this.#counts.delete(credential);
    } else {
      this.#counts.set(credential, count - 1);
    }
  }
}
