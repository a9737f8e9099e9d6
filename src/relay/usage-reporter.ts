import type { Clock, Instant, UnixMs } from '../base/clock.ts';
import { USAGE_REPORTS_UNACKNOWLEDGED_MAX, USAGE_ROWS_PER_REPORT_MAX } from '../base/limits.ts';
import type { OutcomeCount } from '../contract/allocation-outcome.ts';
import type { DeniedPeer } from '../contract/denied-peer.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import type { UsageSlice } from '../turn/meter.ts';

const MINUTE_MS = 60_000;
/** Past the full minute, so that a timer that fires a little early does not report twice. */
const MINUTE_SLACK_MS = 5;
/** Between two reports of one round, so that packets are relayed meanwhile. */
const SLICE_PAUSE_MS = 1;

export interface UsageReporterOptions {
  readonly node: string;
  readonly boot: string;
  readonly worker: number;
  /** Number of the first report. */
  readonly firstNumber: number;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** What was used since it was last collected, in slices: see `TurnServer.collectUsage`. */
  readonly collect: (from: number, count: number, now: Instant) => UsageSlice;
  /** The peers that were denied since they were last collected. */
  readonly collectDeniedPeers: () => readonly DeniedPeer[];
  /** What became of allocations since it was last collected. */
  readonly collectOutcomes: () => readonly OutcomeCount[];
  readonly report: (delta: UsageDelta) => void;
}

/**
 * Reports a worker's usage, the peers that it denied, and what became of allocations, every interval and at each full minute, so
 * that each report belongs to one minute of the wall clock. Many rows go in several reports, between which packets are relayed. While
 * the store takes nothing, it pauses, and usage waits uncollected: then the minute is less exact, but nothing is lost and
 * memory does not grow.
 */
export class UsageReporter {
  readonly #options: UsageReporterOptions;
  /** Number of the next report, and of the first that is not stored. */
  #number: number;
  #unstored: number;
  /** When the last whole round was begun, and this one. */
  #since: UnixMs;
  #begun: UnixMs;
  /** Where this round goes on; undefined between rounds. */
  #next: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UsageReporterOptions) {
    this.#options = options;
    this.#number = options.firstNumber;
    this.#unstored = options.firstNumber;
    this.#since = options.clock.unixNow();
    this.#begun = this.#since;
  }

  /** Reports from now on, until `stop`. */
  start(): void {
    const untilMinute = MINUTE_MS - (this.#options.clock.unixNow() % MINUTE_MS) + MINUTE_SLACK_MS;
    this.#timer = setTimeout(() => this.#goOn(), Math.min(this.#options.intervalMs, untilMinute));
  }

  /** Reports what there is now, if anything, all in one go. */
  flush(): void {
    while (this.#next !== undefined) {
      this.#reportSlice();
    }
    do {
      this.#reportSlice();
    } while (this.#next !== undefined);
  }

  #goOn(): void {
    if (this.#number - this.#unstored < USAGE_REPORTS_UNACKNOWLEDGED_MAX) {
      this.#reportSlice();
      if (this.#next !== undefined) {
        this.#timer = setTimeout(() => this.#goOn(), SLICE_PAUSE_MS);
        return;
      }
    }
    this.start();
  }

  #reportSlice(): void {
    const { clock, collect, report, node, boot, worker } = this.#options;
    const at = clock.unixNow();
    if (this.#next === undefined) {
      this.#begun = at;
    }
    const { rows, next } = collect(this.#next ?? 0, USAGE_ROWS_PER_REPORT_MAX, clock.now());
    const minute = floorToMinute((this.#since + at) / 2);
    this.#next = next;
    if (next === undefined) {
      this.#since = this.#begun;
    }
    const deniedPeers = next === undefined ? this.#options.collectDeniedPeers() : [];
    const outcomes = next === undefined ? this.#options.collectOutcomes() : [];
    if (rows.length > 0 || deniedPeers.length > 0 || outcomes.length > 0) {
      const denied = deniedPeers.length === 0 ? {} : { deniedPeers };
      const counted = outcomes.length === 0 ? {} : { outcomes };
      report({ node, boot, worker, n: this.#number, minute, rows, ...denied, ...counted });
      this.#number += 1;
    }
  }

  /** Report `n` has been stored, and so have those before it; a predecessor's report changes nothing. */
  acknowledge(n: number): void {
    this.#unstored = Math.max(this.#unstored, n + 1);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function floorToMinute(unixMs: number): UnixMs {
  return (Math.floor(unixMs / MINUTE_MS) * MINUTE_MS) as UnixMs;
}
