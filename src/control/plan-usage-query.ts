import type { UnixMs } from '../base/clock.ts';
import { ANALYTICS_HOURS_SPAN_MS_MAX, ANALYTICS_MINUTES_SPAN_MS_MAX } from '../base/limits.ts';
import { DAY_MS } from './day-ms.ts';
import { ControlError } from './errors.ts';
import type { Account } from './ports.ts';
import { readTimeRange } from './read-time-range.ts';
import {
  isTimeDimension,
  sourceOf,
  TIME_DIMENSIONS,
  type TimeDimension,
  type UsageDimension,
  type UsageSource,
} from './usage-dimension.ts';
import type { UsageLevel, UsagePlan, UsageSegment } from './usage-plan.ts';
import type { UsageFilter, UsageQuery } from './usage-query.ts';

const LEVEL_MS: Readonly<Record<UsageLevel, number>> = { minute: 60_000, hour: 3_600_000, day: DAY_MS };

/** The longest span that is read at a level: what bounds the time that a query takes. */
const SPAN_MS_MAX: Readonly<Record<UsageLevel, number>> = {
  minute: ANALYTICS_MINUTES_SPAN_MS_MAX,
  hour: ANALYTICS_HOURS_SPAN_MS_MAX,
  day: Number.POSITIVE_INFINITY,
};

export interface UsagePlanContext {
  readonly account: Account;
  readonly now: UnixMs;
  /** How long rows of each level are kept. */
  readonly retentionMs: Readonly<Record<UsageLevel, number>>;
}

/**
 * Decides which tables answer a query exactly, and with the fewest rows: days in the middle of its range, hours and
 * minutes at its ends, and nothing coarser than what it groups by or compares.
 * @throws {ControlError} `query-range-too-large`, `usage-forgotten`.
 */
export function planUsageQuery(query: UsageQuery, { account, now, retentionMs }: UsagePlanContext): UsagePlan {
  const range = readTimeRange(query.filter);
  const dimensions = listGroupedDimensions(query);
  const grouped = dimensions.filter(isTimeDimension);
  const finest = findFinest([...grouped, ...listCompared(range.rest).filter(isTimeDimension)]);
  const coarsest = finest === undefined ? 'day' : coarsestLevelWithin(TIME_DIMENSIONS[finest]);
  const firstKept = Math.max(floorTo(account.createdAt, LEVEL_MS[coarsest]), now - retentionMs[coarsest]);
  // A range without a beginning begins with what is kept.
  const start = Number.isFinite(range.from)
    ? Math.max(range.from, floorTo(account.createdAt, LEVEL_MS.day))
    : roundUp(firstKept, LEVEL_MS[coarsest]);
  const from = roundUp(start, LEVEL_MS.minute);
  const to = roundUp(Math.min(range.to, roundUp(now + 1, LEVEL_MS[coarsest])), LEVEL_MS.minute);
  const segments = cover(from, to, coarsest);
  refuseCostly(segments, now, retentionMs);
  const averagedFrom = Math.max(from, floorTo(account.createdAt, LEVEL_MS.minute));
  return {
    accountId: account.id,
    dimensions,
    sources: listSources(dimensions, range.rest),
    segments,
    filter: range.rest,
    orderBy: query.orderBy,
    limit: query.limit,
    averaging: {
      dimension: findFinest(grouped),
      from: averagedFrom as UnixMs,
      to: Math.max(averagedFrom, Math.min(to, now)) as UnixMs,
    },
  };
}

/** What is ordered by is grouped by, too: else a group would have no one place in the order. */
function listGroupedDimensions({ dimensions, orderBy }: UsageQuery): readonly UsageDimension[] {
  const ordered = orderBy.map(({ by }) => by).filter((by): by is UsageDimension => !MEASURES.has(by));
  return [...new Set([...dimensions, ...ordered])];
}

const MEASURES: ReadonlySet<string> = new Set(['ingressBytes', 'egressBytes', 'concurrentConnections', 'count']);

function listCompared(filter: UsageFilter): readonly UsageDimension[] {
  return 'of' in filter ? filter.of.flatMap(listCompared) : [filter.dimension];
}

function listSources(dimensions: readonly UsageDimension[], filter: UsageFilter): readonly UsageSource[] {
  const sources = [...dimensions, ...listCompared(filter)].flatMap((dimension) =>
    isTimeDimension(dimension) ? [] : [sourceOf(dimension)],
  );
  return [...new Set(sources)];
}

function findFinest(dimensions: readonly TimeDimension[]): TimeDimension | undefined {
  return dimensions.toSorted((a, b) => TIME_DIMENSIONS[a] - TIME_DIMENSIONS[b])[0];
}

function coarsestLevelWithin(grainMs: number): UsageLevel {
  const { day, hour } = LEVEL_MS;
  return grainMs >= day ? 'day' : grainMs >= hour ? 'hour' : 'minute';
}

/** Cuts [from, to) into the largest buckets that fit, the middle first. */
function cover(from: number, to: number, level: UsageLevel): readonly UsageSegment[] {
  if (from >= to) {
    return [];
  }
  const start = roundUp(from, LEVEL_MS[level]);
  const end = floorTo(to, LEVEL_MS[level]);
  const finer = level === 'day' ? 'hour' : 'minute';
  if (start >= end) {
    return level === 'minute' ? [] : cover(from, to, finer);
  }
  const middle: UsageSegment = { level, from: start as UnixMs, to: end as UnixMs };
  return level === 'minute' ? [middle] : [...cover(from, start, finer), middle, ...cover(end, to, finer)];
}

function refuseCostly(
  segments: readonly UsageSegment[],
  now: UnixMs,
  retentionMs: UsagePlanContext['retentionMs'],
): void {
  for (const { level, from, to } of segments) {
    const ageMs = retentionMs[level];
    // A bucket that began before is forgotten whole or in part, so the answer would not be exact.
    if (from < floorTo(now - ageMs, LEVEL_MS[level])) {
      throw new ControlError(
        'usage-forgotten',
        `cannot request data older than ${ageMs / 1000}s by the ${level}: begin later, or at a full hour or day, or group by a longer time.`,
      );
    }
    if (to - from > SPAN_MS_MAX[level]) {
      throw new ControlError(
        'query-range-too-large',
        `query time range is too large: by the ${level} at most ${SPAN_MS_MAX[level] / 1000}s are read. Name a shorter range, or group by a longer time.`,
      );
    }
  }
}

function floorTo(moment: number, unitMs: number): number {
  return moment - (moment % unitMs);
}

function roundUp(moment: number, unitMs: number): number {
  return Math.ceil(moment / unitMs) * unitMs;
}
