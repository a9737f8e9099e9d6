import { parseAllocationId } from '../contract/allocation-id.ts';
import type { LiveAnswer } from '../contract/live-workers.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';
import { requireRelay } from './require-relay.ts';

/**
 * Asks the worker of one allocation about it.
 * @throws {ControlError} `account-not-found`, `allocation-not-found` when no worker can have it, `relay-unavailable`.
 */
export async function askOfAllocation(
  ports: ControlPorts,
  accountId: string,
  allocationId: string,
  kind: 'describe' | 'end',
): Promise<LiveAnswer> {
  const account = await requireAccount(ports.store, accountId);
  const { workerCount } = requireRelay(ports);
  const id = parseAllocationId(allocationId);
  if (id === undefined || id.worker >= workerCount) {
    throw allocationNotFound();
  }
  const { worker, incarnation, number, serial } = id;
  const target = { accountId: account.id, incarnation, ref: { number, serial } };
  const answer = await ports.live.ask(worker, { kind, ...target });
  if (answer === undefined) {
    throw new ControlError('relay-unavailable', `Worker ${worker} does not answer. Try again in a moment.`);
  }
  return answer;
}

/** Thrown by whoever learns from the answer that it has ended. */
export function allocationNotFound(): ControlError {
  return new ControlError('allocation-not-found', 'The account has no live allocation with this identifier.');
}
