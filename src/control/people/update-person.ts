import type { Actor } from '../actor.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import { describeRoles, type PersonInput, requireAccounts, requireFreeEmail } from './invite-person.ts';
import { parseEmail } from './parse-email.ts';
import { parsePersonName } from './parse-person-name.ts';
import type { Person, StoredPerson } from './person.ts';
import { requireAnyPerson } from './require-any-person.ts';
import { requireOtherOwner } from './require-other-owner.ts';
import { isDemotion, isInstallationOwner, parseRoles } from './role.ts';

/**
 * Changes what is given of a person. Who is demoted is signed out everywhere.
 * @throws {ControlError} `person-not-found`, `invalid-name`, `invalid-email`, `invalid-roles`, `account-not-found`,
 * `email-in-use`, `last-owner`.
 */
export function updatePerson(
  ports: ControlPorts,
  by: Actor,
  id: string,
  input: Partial<PersonInput>,
): Promise<StoredPerson> {
  return ports.store.transact(async (session) => {
    const found = await requireAnyPerson(session, id);
    const before = found.person;
    const after: Person = {
      ...before,
      name: input.name === undefined ? before.name : parsePersonName(input.name),
      email: input.email === undefined ? before.email : parseEmail(input.email),
      roles: input.roles === undefined ? before.roles : parseRoles(input.roles),
    };
    requireAccepted(found, after);
    await requireFreeEmail(session, after);
    if (input.roles !== undefined) {
      await requireAccounts(session, after.roles);
    }
    if (!isInstallationOwner(after.roles)) {
      await requireOtherOwner(session, found);
    }
    await session.people.update(after);
    if (isDemotion(before.roles, after.roles)) {
      await session.personSessions.removeOfPerson(id);
    }
    const details = { name: after.name, roles: describeRoles(after.roles) };
    const done = { action: 'person_update', accountId: undefined, resourceId: id, details } as const;
    await recordAudit(session, by, done, ports.clock.unixNow());
    return { ...found, person: after };
  });
}

/** The link went to the email that they were invited by, and whoever has it would become the person of the new one. */
function requireAccepted({ person, passwordHash, passkeyCount }: StoredPerson, after: Person): void {
  if (person.email !== after.email && passwordHash === undefined && passkeyCount === 0) {
    throw new ControlError(
      'invalid-email',
      'This person has not accepted the invitation, which was made for the former email. Delete them, and invite the new one.',
      '/email',
    );
  }
}
