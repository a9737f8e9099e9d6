import { refuseInexact } from './exact-sum.ts';
import { planReasonableQuery } from './plan-reasonable-query.ts';
import type { Account, ControlPorts } from './ports.ts';
import { TIME_DIMENSIONS } from './usage-dimension.ts';
import type { AveragedTime, UsageSums } from './usage-plan.ts';
import type { UsageGroup, UsageQuery } from './usage-query.ts';

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
  const plan = planReasonableQuery(ports, account, query);
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
