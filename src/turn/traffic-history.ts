import { growColumn, INITIAL_ROWS } from './columns.ts';

/** Bytes and packets in, bytes and packets out. */
export const TRAFFIC_COUNTS = 4;

/** An interval that is shorter says little of a rate, so it is joined to the one before. */
const INTERVAL_MS_MIN = 500;
/** A rate is an average over so long at least: what a client begins with is no rate. */
const RATE_MS_MIN = 1_000;

/** Where a row has the traffic of the last interval, and how long that was. */
const RECENT = TRAFFIC_COUNTS;
const RECENT_MS = 2 * TRAFFIC_COUNTS;
const WIDTH = RECENT_MS + 1;

/**
 * What each allocation had moved until usage was last collected, in all and in the interval before that. It is written when
 * usage is collected, and so costs no packet anything.
 */
export class TrafficHistory {
  #rows = new Float64Array(INITIAL_ROWS * WIDTH);

  start(allocation: number): void {
    const at = allocation * WIDTH;
    this.#rows = growColumn(this.#rows, at + WIDTH);
    this.#rows.fill(0, at, at + WIDTH);
  }

  /** Adds an interval of `ms` in which `counts` were moved. */
  add(allocation: number, ms: number, counts: Float64Array): void {
    const rows = this.#rows;
    const at = allocation * WIDTH;
    const isJoined = ms < INTERVAL_MS_MIN || (rows[at + RECENT_MS] as number) < INTERVAL_MS_MIN;
    const kept = isJoined ? 1 : 0;
    for (let i = 0; i < TRAFFIC_COUNTS; i += 1) {
      const count = counts[i] as number;
      rows[at + i] = (rows[at + i] as number) + count;
      rows[at + RECENT + i] = kept * (rows[at + RECENT + i] as number) + count;
    }
    rows[at + RECENT_MS] = kept * (rows[at + RECENT_MS] as number) + ms;
  }

  /**
   * Writes what was moved in all to `out`, with the `counts` of the `ms` that are not added yet, and behind it the rates of the
   * last interval and those `ms` together: bits, packets in, bits, packets out, each per second.
   */
  read(allocation: number, ms: number, counts: Float64Array, out: Float64Array, outAt: number): void {
    const rows = this.#rows;
    const at = allocation * WIDTH;
    const seconds = Math.max(ms + (rows[at + RECENT_MS] as number), RATE_MS_MIN) / 1_000;
    for (let i = 0; i < TRAFFIC_COUNTS; i += 1) {
      const count = counts[i] as number;
      const perSecond = ((rows[at + RECENT + i] as number) + count) / seconds;
      out[outAt + i] = (rows[at + i] as number) + count;
      out[outAt + TRAFFIC_COUNTS + i] = Math.round(i % 2 === 0 ? 8 * perSecond : perSecond);
    }
  }
}
