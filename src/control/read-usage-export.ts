import type { UnixMs } from '../base/clock.ts';
import { USAGE_EXPORT_ROWS_PER_PAGE } from '../base/limits.ts';
import { DAY_MS } from './day-ms.ts';
import { refuseInexact } from './exact-sum.ts';
import type { ControlPorts } from './ports.ts';
import type { UsageDayRow, UsageExport } from './usage-export.ts';

/**
 * The rows of an export, a page at a time, by day and then by name. A page is read when it is asked for, and nothing
 * is held open between two: writing and pruning go on. A day that is over has the rows that it will always have, but for what
 * a relay reports late; the present day's are those of the moment that they are read at.
 * @throws {ControlError} `invalid-query` when a sum is too large to be exact.
 */
export async function* readUsageExport(
  { store }: ControlPorts,
  { accountId, groupBy, from, to }: UsageExport,
): AsyncGenerator<readonly UsageDayRow[], void, undefined> {
  for (let day: number = from; day < to; day += DAY_MS) {
    let after: UsageDayRow | undefined;
    do {
      const page = { accountId, groupBy, day: day as UnixMs, after, limit: USAGE_EXPORT_ROWS_PER_PAGE };
      const rows = await store.usage.readDay(page);
      rows.forEach(refuseInexact);
      if (rows.length > 0) {
        yield rows;
      }
      after = rows.length < USAGE_EXPORT_ROWS_PER_PAGE ? undefined : rows.at(-1);
    } while (after !== undefined);
  }
}
