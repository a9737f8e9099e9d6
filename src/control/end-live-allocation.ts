import type { Actor } from './actor.ts';
import { allocationNotFound, askOfAllocation } from './ask-of-allocation.ts';
import type { ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireAccount } from './require-account.ts';

/**
 * Ends one live allocation of an account. Its client may make another with the same credential, unless that is revoked first.
 * @throws {ControlError} `account-not-found`, `allocation-not-found`, `relay-unavailable`.
 */
export async function endLiveAllocation(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  allocationId: string,
): Promise<void> {
  const answer = await askOfAllocation(ports, accountId, allocationId, 'end');
  if (answer.kind !== 'end' || !answer.isEnded) {
    throw allocationNotFound();
  }
  // The worker has done it; there is no transaction that both would be part of.
  await ports.store.transact(async (session) => {
    const { id } = await requireAccount(session, accountId);
    const done = { action: 'allocation_end', accountId: id, resourceId: allocationId } as const;
    await recordAudit(session, by, done, ports.clock.unixNow());
  });
}
