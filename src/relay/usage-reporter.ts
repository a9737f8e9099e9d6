import type { Clock, Instant, UnixMs } from '../base/clock.ts';
import { USAGE_REPORTS_UNACKNOWLEDGED_MAX } from '../base/limits.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';

const MINUTE_MS = 60_000;
/** Past the full minute, so that a timer that fires a little early does not report twice. */
const MINUTE_SLACK_MS = 5;

export interface UsageReporterOptions {
  readonly node: string;
  readonly boot: string;
  readonly worker: number;
  /** Number of the first report. */
  readonly firstNumber: number;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** What was used since the last call. */
  readonly collect: (now: Instant) => readonly UsageRow[];
  readonly report: (delta: UsageDelta) => void;
}

/**
 * Reports a worker's usage every interval and at each full minute, so that each report belongs to one minute of the
 * wall clock. While the store takes nothing, it pauses, and usage waits uncollected: then the minute is
 * less exact, but nothing is lost and memory does not grow.
 */
export class UsageReporter {
  readonly #options: UsageReporterOptions;
  /** Number of the next report, and of the first that is not stored. */
  #number: number;
  #unstored: number;
  #since: UnixMs;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UsageReporterOptions) {
    this.#options = options;
    this.#number = options.firstNumber;
    this.#unstored = options.firstNumber;
    this.#since = options.clock.unixNow();
  }

  /** Reports from now on, until `stop`. */
  start(): void {
    const untilMinute = MINUTE_MS - (this.#options.clock.unixNow() % MINUTE_MS) + MINUTE_SLACK_MS;
    this.#timer = setTimeout(
      () => {
        if (this.#number - this.#unstored < USAGE_REPORTS_UNACKNOWLEDGED_MAX) {
          this.flush();
        }
        this.start();
      },
      Math.min(this.#options.intervalMs, untilMinute),
    );
  }

  /** Reports what there is now, if anything. */
  flush(): void {
    const { clock, collect, report, node, boot, worker } = this.#options;
    const rows = collect(clock.now());
    const until = clock.unixNow();
    const minute = floorToMinute((this.#since + until) / 2);
    this.#since = until;
    if (rows.length > 0) {
      report({ node, boot, worker, n: this.#number, minute, rows });
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
