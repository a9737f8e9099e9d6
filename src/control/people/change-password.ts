import type { Actor } from '../actor.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import type { PersonPrincipal } from './person-principal.ts';
import { requireAnyPerson } from './require-any-person.ts';
import { requireStrongPassword } from './require-strong-password.ts';

/**
 * Replaces somebody's own password, and signs them out everywhere else.
 * @throws {ControlError} `wrong-password`, `too-many-sign-ins`, `invalid-password`, `passwords-busy`.
 */
export async function changePassword(
  ports: ControlPorts,
  by: Actor,
  { personId, tokenId }: PersonPrincipal,
  input: { readonly current: string; readonly new: string },
): Promise<void> {
  const { person, passwordHash } = await requireAnyPerson(ports.store, personId);
  ports.signInAttempts.countEmail(person.email);
  if (!(await ports.passwords.verify(input.current, passwordHash))) {
    throw new ControlError('wrong-password', 'This is not the present password.', '/current');
  }
  ports.signInAttempts.forgetEmail(person.email);
  requireStrongPassword(input.new, person, '/new');
  const replacement = await ports.passwords.hash(input.new);
  await ports.store.transact(async (session) => {
    await requireAnyPerson(session, personId);
    await session.people.replacePassword(personId, replacement);
    await session.personSessions.removeOfPerson(personId, tokenId);
    const done = { action: 'person_password_change', accountId: undefined, resourceId: personId } as const;
    await recordAudit(session, by, done, ports.clock.unixNow());
  });
}
