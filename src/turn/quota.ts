import { assert } from '../base/assert.ts';
import { QUOTA_KEY_WORDS, QUOTA_SCOPES, type QuotaKeys, type QuotaScope } from './quota-keys.ts';

/** How many allocations there may be in each scope, in the order of `QUOTA_SCOPES`; Infinity is no limit. */
export type QuotaMaxes = readonly number[];

/** How many allocations live at one time in each scope, over all workers of the node (RFC 8656 §5, §7.2 step 10). */
export interface AllocationQuota {
  /** Counts one allocation more in all of its scopes. Where one is full, nothing is counted, and that one is returned. */
  acquire(keys: QuotaKeys, maxes: QuotaMaxes): QuotaScope | undefined;
  /** Counts one allocation less; once for every `acquire` that returned undefined. */
  release(keys: QuotaKeys): void;
}

/** The quota of a single worker. */
export class LocalQuota implements AllocationQuota {
  readonly #counts = new Map<string, number>();

  /** Things that have allocations: credentials, keys, and all other scopes. */
  get size(): number {
    return this.#counts.size;
  }

  acquire(keys: QuotaKeys, maxes: QuotaMaxes): QuotaScope | undefined {
    const names = namesOf(keys);
    const full = names.findIndex(
      (name, place) => name !== undefined && this.#countOf(name) >= (maxes[place] as number),
    );
    if (full >= 0) {
      return QUOTA_SCOPES[full];
    }
    for (const name of names) {
      if (name !== undefined) {
        this.#counts.set(name, this.#countOf(name) + 1);
      }
    }
    return undefined;
  }

  release(keys: QuotaKeys): void {
    for (const name of namesOf(keys)) {
      if (name !== undefined) {
        this.#releaseOne(name);
      }
    }
  }

  #releaseOne(name: string): void {
    const count = this.#countOf(name);
    assert(count > 0, 'only what was acquired is released');
    if (count === 1) {
      this.#counts.delete(name);
    } else {
      this.#counts.set(name, count - 1);
    }
  }

  #countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

/** By scope; undefined where the allocation does not count. */
function namesOf(keys: QuotaKeys): (string | undefined)[] {
  return QUOTA_SCOPES.map((_, place) => {
    const at = place * QUOTA_KEY_WORDS;
    return keys[at] === 0 ? undefined : keys.subarray(at, at + QUOTA_KEY_WORDS).join();
  });
}
