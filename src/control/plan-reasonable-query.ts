import {
  ANALYTICS_FILTER_NODES_MAX,
  ANALYTICS_GROUPS_MAX,
  ANALYTICS_LIKE_WILDCARDS_MAX,
  ANALYTICS_TEXT_CHARACTERS_MAX,
} from '../base/limits.ts';
import { ControlError } from './errors.ts';
import { listUsageRetention } from './list-usage-retention.ts';
import { planUsageQuery } from './plan-usage-query.ts';
import type { Account, ControlPorts } from './ports.ts';
import type { UsagePlan } from './usage-plan.ts';
import type { UsageFilter, UsageQuery } from './usage-query.ts';

/**
 * The plan of a query that asks for no more than one may.
 * @throws {ControlError} `invalid-query`, `query-too-complex`, `query-range-too-large`, `usage-forgotten`.
 */
export function planReasonableQuery({ clock, settings }: ControlPorts, account: Account, query: UsageQuery): UsagePlan {
  refuseUnreasonable(query);
  return planUsageQuery(query, { account, now: clock.unixNow(), retentionMs: listUsageRetention(settings) });
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
