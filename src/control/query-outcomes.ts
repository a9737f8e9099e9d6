import { refuseInexact } from './exact-sum.ts';
import { planReasonableQuery } from './plan-reasonable-query.ts';
import type { Account, ControlPorts } from './ports.ts';
import type { OutcomeSums } from './usage-plan.ts';
import type { UsageQuery } from './usage-query.ts';

/**
 * What became of an account's allocations, grouped, exact. What no relay has reported yet is missing.
 * @throws {ControlError} `invalid-query`, `query-too-complex`, `query-range-too-large`, `usage-forgotten`.
 */
export async function queryOutcomes(
  ports: ControlPorts,
  account: Account,
  query: UsageQuery,
): Promise<readonly OutcomeSums[]> {
  const plan = planReasonableQuery(ports, account, query);
  const groups = plan.segments.length === 0 ? [] : await ports.store.usage.queryOutcomes(plan);
  groups.forEach(refuseInexact);
  return groups;
}
