import type { Actor } from '../actor.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';

/**
 * Forgets one of somebody's own passkeys: nobody signs in with it any more.
 * @throws {ControlError} `passkey-not-found`.
 */
export function deletePasskey(ports: ControlPorts, by: Actor, personId: string, id: string): Promise<void> {
  return ports.store.transact(async (session) => {
    if (!(await session.passkeys.remove(personId, id))) {
      throw new ControlError('passkey-not-found', 'You have no passkey with this identifier.');
    }
    const done = { action: 'passkey_delete', accountId: undefined, resourceId: id } as const;
    await recordAudit(session, by, done, ports.clock.unixNow());
  });
}
