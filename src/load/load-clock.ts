/** Ticks in a µs: fine enough for a delay on loopback, and a run's ticks still fit into 32 bits. */
export const TICKS_PER_US = 8;
export const TICKS_PER_SECOND = TICKS_PER_US * 1_000_000;
/** How long one clock runs until its ticks outgrow 32 bits, and so how long a run may last. */
export const CLOCK_SECONDS_MAX = 500;

/** The clock that payloads are stamped by: whole ticks since it was made, as small integers, which cost nothing to keep. */
export class LoadClock {
  readonly #startMs = performance.now();

  now(): number {
    return Math.trunc((performance.now() - this.#startMs) * (TICKS_PER_US * 1_000));
  }
}
