import { askOfAllocation } from './ask-of-allocation.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';

/**
 * Ends one live allocation of an account. Its client may make another with the same credential, unless that is revoked first.
 * @throws {ControlError} `account-not-found`, `allocation-not-found`, `relay-unavailable`.
 */
export async function endLiveAllocation(ports: ControlPorts, accountId: string, allocationId: string): Promise<void> {
  const answer = await askOfAllocation(ports, accountId, allocationId, 'end');
  if (answer.kind !== 'end' || !answer.isEnded) {
    throw new ControlError('allocation-not-found', 'The account has no live allocation with this identifier.');
  }
}
