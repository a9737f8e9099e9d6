import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { TimeDimension, UsageDimension, UsageSource } from './usage-dimension.ts';
import type { UsageFilter, UsageOrder } from './usage-query.ts';

/** How fine usage is kept in one of its tables. */
export type UsageLevel = 'minute' | 'hour' | 'day';

/** A part of a query's range, read from the table of one level; `from` and `to` are starts of its buckets. */
export interface UsageSegment {
  readonly level: UsageLevel;
  readonly from: UnixMs;
  /** Exclusive. */
  readonly to: UnixMs;
}

/** A query as a store answers it. */
export interface UsagePlan {
  readonly accountId: AccountId;
  /** All that is grouped by: what was asked for, and what the order needs. */
  readonly dimensions: readonly UsageDimension[];
  /** What the dimensions and the filter are about: a table that does not tell these apart cannot answer. */
  readonly sources: readonly UsageSource[];
  /** The parts of the range; they do not overlap. */
  readonly segments: readonly UsageSegment[];
  /** What the segments do not say yet. */
  readonly filter: UsageFilter;
  readonly orderBy: readonly UsageOrder[];
  readonly limit: number;
  /** What averages are over. */
  readonly averaging: AveragedTime;
}

/** The time that a group's average is over: its bucket of `dimension`, or everything, cut to the range. */
export interface AveragedTime {
  /** The finest time dimension that is grouped by. */
  readonly dimension: TimeDimension | undefined;
  readonly from: UnixMs;
  /** Exclusive; not in the future. */
  readonly to: UnixMs;
}

/** One group of outcomes of allocations. */
export interface OutcomeSums {
  readonly dimensions: UsageSums['dimensions'];
  readonly count: number;
}

/** One group as a store sums it up. */
export interface UsageSums {
  readonly dimensions: Readonly<Partial<Record<UsageDimension, UnixMs | string>>>;
  readonly ingressBytes: number;
  readonly egressBytes: number;
  readonly allocationsStarted: number;
  readonly allocationMs: number;
}
