import type { AllocationDetail } from '../contract/live-allocation.ts';
import { allocationNotFound, askOfAllocation } from './ask-of-allocation.ts';
import type { ControlPorts } from './ports.ts';

/**
 * Everything about one live allocation of an account.
 * @throws {ControlError} `account-not-found`, `allocation-not-found`, `relay-unavailable`.
 */
export async function readLiveAllocation(
  ports: ControlPorts,
  accountId: string,
  allocationId: string,
): Promise<AllocationDetail> {
  const answer = await askOfAllocation(ports, accountId, allocationId, 'describe');
  if (answer.kind !== 'describe' || answer.detail === undefined) {
    throw allocationNotFound();
  }
  return answer.detail;
}
