import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';

/** What the rows of an export tell apart, beside days; who names usernames names keys and custom identifiers, too. */
export const USAGE_EXPORT_GROUPINGS = ['date', 'keyId', 'customIdentifier', 'username'] as const;

export type UsageExportGrouping = (typeof USAGE_EXPORT_GROUPINGS)[number];

/** An export that may be made: whole days, in UTC, of one account. */
export interface UsageExport {
  readonly accountId: AccountId;
  readonly groupBy: UsageExportGrouping;
  readonly from: UnixMs;
  /** Exclusive. */
  readonly to: UnixMs;
}

/** Some rows of one day, in the order of their names, after those that were read before. */
export interface UsageDayPage {
  readonly accountId: AccountId;
  readonly groupBy: UsageExportGrouping;
  readonly day: UnixMs;
  readonly after: UsageDayRow | undefined;
  readonly limit: number;
}

/** Usage of one day; names that are not told apart are empty. */
export interface UsageDayRow {
  readonly day: UnixMs;
  readonly keyId: string;
  readonly customIdentifier: string;
  readonly username: string;
  readonly ingressBytes: number;
  readonly egressBytes: number;
  readonly allocationsStarted: number;
  readonly allocationMs: number;
}
