import type { UnixMs } from '../base/clock.ts';
import { USAGE_EXPORT_SPAN_MS_MAX } from '../base/limits.ts';
import { DAY_MS } from './day-ms.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';
import type { UsageExport, UsageExportGrouping } from './usage-export.ts';

export interface UsageExportInput {
  readonly since: UnixMs;
  /** Exclusive; without it, the present day is the first that is left out. */
  readonly until: UnixMs | undefined;
  readonly groupBy: UsageExportGrouping;
}

/**
 * Decides whether an export may be made, before anything of it is sent.
 * @throws {ControlError} `account-not-found`, `invalid-usage-range`, `usage-forgotten`.
 */
export async function planUsageExport(
  ports: ControlPorts,
  accountId: string,
  { since, until, groupBy }: UsageExportInput,
): Promise<UsageExport> {
  const account = await requireAccount(ports.store, accountId);
  const today = floorToDay(ports.clock.unixNow());
  const to = until ?? today;
  if (since !== floorToDay(since) || to !== floorToDay(to)) {
    throw new ControlError('invalid-usage-range', 'since and until must be days, which begin at midnight in UTC.');
  }
  if (since >= to || to > today + DAY_MS) {
    throw new ControlError(
      'invalid-usage-range',
      'since must be before until, and until not after the present day; without until the export ends before that day.',
    );
  }
  if (to - since > USAGE_EXPORT_SPAN_MS_MAX) {
    const daysMax = USAGE_EXPORT_SPAN_MS_MAX / DAY_MS;
    throw new ControlError('invalid-usage-range', `One export has at most ${daysMax} days: make several.`);
  }
  const { usageDayRetentionMs } = ports.settings;
  if (since < floorToDay(ports.clock.unixNow() - usageDayRetentionMs)) {
    throw new ControlError(
      'usage-forgotten',
      `Usage of more than ${usageDayRetentionMs / DAY_MS} days ago is not kept: begin later.`,
    );
  }
  return { accountId: account.id, groupBy, from: since, to };
}

function floorToDay(moment: number): UnixMs {
  return (moment - (moment % DAY_MS)) as UnixMs;
}
