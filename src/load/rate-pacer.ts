import { TICKS_PER_SECOND, TICKS_PER_US } from './load-clock.ts';
import type { Pacer } from './pacer.ts';

/** What a late generator catches up on: more would be a burst of its own making that overflows the server's buffers. */
const CATCH_UP_SECONDS = 0.0005;
/** Between two sends, so that at high rates packets leave in small batches, as they do from a busy host. */
const SEND_INTERVAL_TICKS = 50 * TICKS_PER_US;

/** Open loop: so many packets a second, whatever arrives. */
export class RatePacer implements Pacer {
  skipped = 0;
  readonly isTimed = true;
  readonly #ratePerTick: number;
  readonly #burstMax: number;
  readonly #creditMax: number;
  #credit = 0;
  #askedAt: number;
  #sentAt: number;

  constructor(ratePerSecond: number, burstMax: number, nowTicks: number) {
    this.#ratePerTick = ratePerSecond / TICKS_PER_SECOND;
    this.#burstMax = burstMax;
    this.#creditMax = Math.max(burstMax, ratePerSecond * CATCH_UP_SECONDS);
    this.#askedAt = nowTicks;
    this.#sentAt = nowTicks;
  }

  countDue(nowTicks: number): number {
    this.#credit += (nowTicks - this.#askedAt) * this.#ratePerTick;
    this.#askedAt = nowTicks;
    if (this.#credit > this.#creditMax) {
      this.skipped += Math.floor(this.#credit - this.#creditMax);
      this.#credit = this.#creditMax;
    }
    const due = Math.min(Math.floor(this.#credit), this.#burstMax);
    if (due < this.#burstMax && nowTicks - this.#sentAt < SEND_INTERVAL_TICKS) {
      return 0;
    }
    if (due > 0) {
      this.#credit -= due;
      this.#sentAt = nowTicks;
    }
    return due;
  }
}
