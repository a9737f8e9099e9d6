import type { Actor } from '../actor.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import type { PersonPrincipal } from './person-principal.ts';
import { requireAnyPerson } from './require-any-person.ts';
import { requireStrongPassword } from './require-strong-password.ts';

/**
 * Replaces somebody's own password, and signs them out everywhere else. Attempts are counted by person, those that succeed as
 * well: strangers who try the email are in nobody's way here, and nobody keeps the hashes busy.
 * @throws {ControlError} `wrong-password`, `too-many-sign-ins`, `invalid-password`, `passwords-busy`.
 */
export async function changePassword(
  ports: ControlPorts,
  by: Actor,
  { personId, tokenId }: PersonPrincipal,
  input: { readonly current: string; readonly new: string },
): Promise<void> {
  const { person, passwordHash } = await requireAnyPerson(ports.store, personId);
  ports.signInAttempts.countPerson(personId);
  requireStrongPassword(input.new, person, '/new');
  if (!(await ports.passwords.verify(input.current, passwordHash))) {
    throw wrongPassword();
  }
  const replacement = await ports.passwords.hash(input.new);
  await ports.store.transact(async (session) => {
    // While the passwords were hashed, another may have been chosen, or this session been ended.
    const now = await requireAnyPerson(session, personId);
    const sessions = await session.personSessions.list(personId);
    if (now.passwordHash !== passwordHash || !sessions.some(({ id }) => id === tokenId)) {
      throw wrongPassword();
    }
    await session.people.replacePassword(personId, replacement);
    await session.personSessions.removeOfPerson(personId, tokenId);
    const done = { action: 'person_password_change', accountId: undefined, resourceId: personId } as const;
    await recordAudit(session, by, done, ports.clock.unixNow());
  });
}

function wrongPassword(): ControlError {
  return new ControlError('wrong-password', 'This is not the present password.', '/current');
}
