import type { UnixMs } from '../../base/clock.ts';
import { INVITATION_AGE_MS_MAX, PEOPLE_MAX } from '../../base/limits.ts';
import type { Actor } from '../actor.ts';
import { generateId, generateToken, hashToken } from '../api-token.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts, StoreSession } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import { requireAccount } from '../require-account.ts';
import { parseEmail } from './parse-email.ts';
import { parsePersonName } from './parse-person-name.ts';
import type { Person, StoredPerson } from './person.ts';
import { EVERY_ACCOUNT, type PersonRole, parseRoles } from './role.ts';

export interface InvitedPerson {
  readonly invited: StoredPerson;
  /** Good once, for `INVITATION_AGE_MS_MAX`. Nobody can read it again. */
  readonly token: string;
}

export interface PersonInput {
  readonly name: string;
  readonly email: string;
  readonly roles: Parameters<typeof parseRoles>[0];
}

/**
 * Makes a person who can sign in once they have chosen a password.
 * @throws {ControlError} `invalid-name`, `invalid-email`, `invalid-roles`, `account-not-found`, `email-in-use`,
 * `people-limit-reached`.
 */
export async function invitePerson(ports: ControlPorts, by: Actor, input: PersonInput): Promise<InvitedPerson> {
  const now = ports.clock.unixNow();
  const person: Person = {
    id: generateId(ports.random),
    name: parsePersonName(input.name),
    email: parseEmail(input.email),
    roles: parseRoles(input.roles),
    createdAt: now,
    lastSeenAt: undefined,
  };
  const token = generateToken(ports.random);
  await ports.store.transact(async (session) => {
    await requireRoom(session);
    await requireFreeEmail(session, person);
    await requireAccounts(session, person.roles);
    await session.people.insert(person, undefined);
    const expiresAt = (now + INVITATION_AGE_MS_MAX) as UnixMs;
    await session.oneTimeTokens.replace({ tokenHash: hashToken(ports.hashes, token), personId: person.id, expiresAt });
    const details = { name: person.name, roles: describeRoles(person.roles) };
    const done = { action: 'person_invite', accountId: undefined, resourceId: person.id, details } as const;
    await recordAudit(session, by, done, now);
  });
  return { invited: { person, passwordHash: undefined, passkeyCount: 0 }, token };
}

/** @throws {ControlError} `email-in-use`. */
export async function requireFreeEmail(
  session: Pick<StoreSession, 'people'>,
  { id, email }: Pick<Person, 'id' | 'email'>,
): Promise<void> {
  const found = await session.people.findByEmail(email);
  if (found !== undefined && found.person.id !== id) {
    throw new ControlError('email-in-use', 'There is a person with this email already.', '/email');
  }
}

/** @throws {ControlError} `account-not-found`. */
export async function requireAccounts(session: StoreSession, roles: readonly PersonRole[]): Promise<void> {
  for (const { accountId } of roles) {
    if (accountId !== EVERY_ACCOUNT) {
      await requireAccount(session, accountId);
    }
  }
}

/** Roles as the audit log tells them: `default owner`. */
export function describeRoles(roles: readonly PersonRole[]): readonly string[] {
  return roles.map(({ accountId, role }) => `${accountId} ${role}`);
}

async function requireRoom({ people }: StoreSession): Promise<void> {
  if ((await people.count()) >= PEOPLE_MAX) {
    throw new ControlError(
      'people-limit-reached',
      `There are ${PEOPLE_MAX} people, as many as there may be; delete one first.`,
    );
  }
}
