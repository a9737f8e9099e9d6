import type { Instant } from '../base/clock.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';

/** While packets are dropped all the time, one is noted so often. */
const NOTED_EVERY_MS = 1_000;

/** Which allocations lose packets to their limits, so that the beginning can be told from what follows. */
export class LimitedAllocations {
  /** When each was last said to be at its limit. */
  #notedAt = new Float64Array(INITIAL_ROWS);

  start(allocation: number): void {
    this.#notedAt = growColumn(this.#notedAt, allocation + 1);
    this.#notedAt[allocation] = Number.NEGATIVE_INFINITY;
  }

  /** Whether a packet that is dropped now is to be noted: at most one a second is. */
  isNewlyLimited(allocation: number, now: Instant): boolean {
    const isNew = now - (this.#notedAt[allocation] as number) >= NOTED_EVERY_MS;
    if (isNew) {
      this.#notedAt[allocation] = now;
    }
    return isNew;
  }
}
