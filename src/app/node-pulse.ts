import type { Instant } from '../base/clock.ts';
import type { NodeRates } from '../http/service-readings.ts';

/** Counters that a relay has relayed so much by, since its start. */
export interface RelayedCounts {
  readonly ingressBytes: number;
  readonly egressBytes: number;
  readonly packets: number;
}

/** How late the event loop was, in nanoseconds: what `monitorEventLoopDelay` measures. */
export interface LoopDelay {
  percentile(percentile: number): number;
  reset(): void;
}

interface Sample extends RelayedCounts {
  readonly at: Instant;
}

export const PULSE_INTERVAL_MS = 1_000;
/** Between two ticks of the histogram: each of its values is the time from one tick to the next. */
export const LOOP_DELAY_RESOLUTION_MS = 20;

/** Samples that rates are of, and how many of them one measurement of the event loop lasts. */
const SAMPLES = 6;
const SAMPLES_PER_DELAY = 10;

/** How fast the relay is and how late the main thread, as of the last seconds. `sample` is to be called each second. */
export class NodePulse {
  readonly #now: () => Instant;
  readonly #readCounts: () => RelayedCounts;
  readonly #delay: LoopDelay;
  readonly #samples: Sample[] = [];
  #sampled = 0;
  #delayP99Ms: number | undefined;

  constructor(now: () => Instant, readCounts: () => RelayedCounts, delay: LoopDelay) {
    this.#now = now;
    this.#readCounts = readCounts;
    this.#delay = delay;
  }

  sample(): void {
    this.#samples.push({ at: this.#now(), ...this.#readCounts() });
    this.#samples.splice(0, this.#samples.length - SAMPLES);
    this.#sampled += 1;
    if (this.#sampled % SAMPLES_PER_DELAY === 0) {
      this.#delayP99Ms = this.#measureDelay();
      this.#delay.reset();
    }
  }

  readRates(): NodeRates {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) {
      return { ingressBitsPerSecond: 0, egressBitsPerSecond: 0, packetsPerSecond: 0 };
    }
    const seconds = (last.at - first.at) / 1000;
    return {
      ingressBitsPerSecond: Math.round((8 * (last.ingressBytes - first.ingressBytes)) / seconds),
      egressBitsPerSecond: Math.round((8 * (last.egressBytes - first.egressBytes)) / seconds),
      packetsPerSecond: Math.round((last.packets - first.packets) / seconds),
    };
  }

  /** Of the last whole measurement, or of the first as far as it is. */
  readDelayP99Ms(): number {
    return this.#delayP99Ms ?? this.#measureDelay();
  }

  #measureDelay(): number {
    return Math.max(0, this.#delay.percentile(99) / 1e6 - LOOP_DELAY_RESOLUTION_MS);
  }
}
