import {
  ANALYTICS_FILTER_NODES_MAX,
  ANALYTICS_GROUPS_MAX,
  ANALYTICS_LIKE_WILDCARDS_MAX,
  ANALYTICS_TEXT_CHARACTERS_MAX,
} from '../base/limits.ts';
import { ControlError } from './errors.ts';
import { refuseInexact } from './exact-sum.ts';
import { listUsageRetention } from './list-usage-retention.ts';
import { planUsageQuery } from './plan-usage-query.ts';
import type { Account, ControlPorts } from './ports.ts';
import { TIME_DIMENSIONS } from './usage-dimension.ts';
import type { AveragedTime, UsageSums } from './usage-plan.ts';
import type { UsageFilter, UsageGroup, UsageQuery } from './usage-query.ts';

/**
 * The usage of an account, grouped, exact: nothing is sampled. What is within the range and not yet reported by a
 * relay (five seconds, by default) is missing.
 * @throws {ControlError} `invalid-query`, `query-too-complex`, `query-range-too-large`, `usage-forgotten`.
 */
export async function queryUsage(
  ports: ControlPorts,
  account: Account,
  query: UsageQuery,
): Promise<readonly UsageGroup[]> {
  refuseUnreasonable(query);
  const now = ports.clock.unixNow();
  const plan = planUsageQuery(query, { account, now, retentionMs: listUsageRetention(ports.settings) });
  const groups = plan.segments.length === 0 ? [] : await ports.store.usage.query(plan);
  groups.forEach(refuseInexact);
  return groups.map((sums) => describeGroup(sums, plan.averaging));
}

function describeGroup(sums: UsageSums, averaging: AveragedTime): UsageGroup {
  const { dimensions, ingressBytes, egressBytes, allocationsStarted, allocationMs } = sums;
  const lengthMs = measureAveraged(sums, averaging);
  return {
    dimensions,
    ingressBytes,
    egressBytes,
    count: allocationsStarted,
    concurrentConnections: lengthMs > 0 ? allocationMs / lengthMs : 0,
  };
}

function measureAveraged({ dimensions }: UsageSums, { dimension, from, to }: AveragedTime): number {
  if (dimension === undefined) {
    return to - from;
  }
  const start = dimensions[dimension] as number;
  return Math.min(start + TIME_DIMENSIONS[dimension], to) - Math.max(start, from);
}

function refuseUnreasonable({ filter, limit, orderBy }: UsageQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > ANALYTICS_GROUPS_MAX) {
    throw new ControlError(
      'invalid-query',
      `limit must be positive number and not greater than ${ANALYTICS_GROUPS_MAX}.`,
    );
  }
  if (countNodes(filter) + orderBy.length > ANALYTICS_FILTER_NODES_MAX) {
    throw new ControlError(
      'query-too-complex',
      `The filter and the order have more than ${ANALYTICS_FILTER_NODES_MAX} conditions and values. Ask in several queries.`,
    );
  }
  refuseTexts(filter);
}

function countNodes(filter: UsageFilter): number {
  return 'of' in filter
    ? filter.of.reduce((sum, part) => sum + countNodes(part), 1)
    : Math.max(1, filter.values.length);
}

function refuseTexts(filter: UsageFilter): void {
  if ('of' in filter) {
    filter.of.forEach(refuseTexts);
    return;
  }
  if (filter.kind === 'time') {
    return;
  }
  for (const text of filter.values) {
    if (text.length > ANALYTICS_TEXT_CHARACTERS_MAX) {
      throw new ControlError(
        'query-too-complex',
        `A text in the filter has more than ${ANALYTICS_TEXT_CHARACTERS_MAX} characters, which no dimension has.`,
      );
    }
    // Each further wildcard multiplies the time that a match takes.
    if (filter.operator === 'like' && text.split('%').length - 1 > ANALYTICS_LIKE_WILDCARDS_MAX) {
      throw new ControlError(
        'query-too-complex',
        `A pattern of _like may have ${ANALYTICS_LIKE_WILDCARDS_MAX} % at most.`,
      );
    }
  }
}
