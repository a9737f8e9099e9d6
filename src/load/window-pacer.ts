import { TICKS_PER_US } from './load-clock.ts';
import type { Pacer } from './pacer.ts';

/** When nothing arrives for so long, what is under way is lost. A garbage collection of either side is shorter. */
const LOST_AFTER_TICKS = 20_000 * TICKS_PER_US;

/** Closed loop: at most so many packets under way. It saturates a server without overflowing its buffers. */
export class WindowPacer implements Pacer {
  readonly skipped = 0;
  readonly isTimed = false;
  readonly #windowPackets: number;
  readonly #burstMax: number;
  /** Room below which it waits for more, so that packets are not sent one by one. */
  readonly #roomMin: number;
  #delivered = 0;
  #progressAt: number;
  #lost = 0;

  constructor(windowPackets: number, burstMax: number, nowTicks: number) {
    this.#windowPackets = windowPackets;
    this.#burstMax = burstMax;
    this.#roomMin = Math.max(1, Math.min(Math.floor(windowPackets / 4), burstMax));
    this.#progressAt = nowTicks;
  }

  countDue(nowTicks: number, sent: number, delivered: number): number {
    // What was given up may still come.
    this.#lost = Math.min(this.#lost, sent - delivered);
    if (delivered !== this.#delivered) {
      this.#delivered = delivered;
      this.#progressAt = nowTicks;
    } else if (nowTicks - this.#progressAt > LOST_AFTER_TICKS) {
      this.#lost = sent - delivered;
      this.#progressAt = nowTicks;
    }
    const underWay = sent - delivered - this.#lost;
    const room = this.#windowPackets - underWay;
    return room >= this.#roomMin || underWay === 0 ? Math.min(room, this.#burstMax) : 0;
  }
}
