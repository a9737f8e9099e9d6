import type { Instant } from '../../src/base/clock.ts';

interface TraceEntry {
  readonly step: number;
  readonly at: Instant;
  /** Makes the line only when somebody reads it. */
  readonly describe: () => string;
}

/** Events that a failure report shows. */
const ENTRIES_KEPT = 30;

/** The last events of a simulation, for the report of a failure. */
export class Trace {
  /** Events so far. */
  step = 0;
  readonly #entries: TraceEntry[] = [];

  record(at: Instant, describe: () => string): void {
    this.#entries[this.step % ENTRIES_KEPT] = { step: this.step, at, describe };
    this.step += 1;
  }

  /** The last events, oldest first, one a line. */
  format(): string {
    const count = Math.min(this.step, ENTRIES_KEPT);
    const lines: string[] = [];
    for (let step = this.step - count; step < this.step; step += 1) {
      const entry = this.#entries[step % ENTRIES_KEPT] as TraceEntry;
      lines.push(`#${entry.step} ${(entry.at / 1000).toFixed(4)} s  ${entry.describe()}`);
    }
    return lines.join('\n');
  }
}
