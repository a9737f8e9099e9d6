import type { Actor } from '../actor.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';

/**
 * Signs somebody out of one of their own sessions: its next request is refused.
 * @throws {ControlError} `session-not-found`.
 */
export function endSession(ports: ControlPorts, by: Actor, personId: string, id: string): Promise<void> {
  return ports.store.transact(async (session) => {
    if (!(await session.personSessions.remove(personId, id))) {
      throw new ControlError('session-not-found', 'You have no session with this identifier.');
    }
    const done = { action: 'session_delete', accountId: undefined, resourceId: id } as const;
    await recordAudit(session, by, done, ports.clock.unixNow());
  });
}

/** Signs somebody out everywhere, here too. */
export function endAllSessions(ports: ControlPorts, by: Actor, personId: string): Promise<void> {
  return ports.store.transact(async (session) => {
    await session.personSessions.removeOfPerson(personId);
    const done = { action: 'sessions_delete', accountId: undefined, resourceId: personId } as const;
    await recordAudit(session, by, done, ports.clock.unixNow());
  });
}
