import type { Actor } from '../actor.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import type { StoredPerson } from './person.ts';
import { requireAnyPerson } from './require-any-person.ts';
import { requireOtherOwner } from './require-other-owner.ts';

/**
 * Deletes a person with all sessions, passkeys and invitations: their next request is refused.
 * @returns the person who was.
 * @throws {ControlError} `person-not-found`, `last-owner`.
 */
export function deletePerson(ports: ControlPorts, by: Actor, id: string): Promise<StoredPerson> {
  return ports.store.transact(async (session) => {
    const found = await requireAnyPerson(session, id);
    await requireOtherOwner(session, found);
    await session.people.remove(id);
    const done = { action: 'person_delete', accountId: undefined, resourceId: id } as const;
    await recordAudit(session, by, { ...done, details: { name: found.person.name } }, ports.clock.unixNow());
    return found;
  });
}
