import type { UnixMs } from '../../base/clock.ts';
import type { Actor } from '../actor.ts';
import { generateId, hashToken } from '../api-token.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts, StoreSession } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import { setupNotNeeded } from './create-setup-token.ts';
import { requireFreeEmail } from './invite-person.ts';
import { openSession, type SignedIn, type SignInOrigin } from './open-session.ts';
import { parseEmail } from './parse-email.ts';
import { parsePersonName } from './parse-person-name.ts';
import type { Person } from './person.ts';
import { requireStrongPassword } from './require-strong-password.ts';
import { EVERY_ACCOUNT } from './role.ts';

export interface SetupInput {
  /** Of the link that a start printed. */
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Makes the first person, an owner of everything, and signs them in.
 * @throws {ControlError} `setup-not-needed`, `link-not-valid`, `invalid-name`, `invalid-email`, `invalid-password`,
 * `email-in-use`, `passwords-busy`.
 */
export async function completeSetup(ports: ControlPorts, input: SetupInput, origin: SignInOrigin): Promise<SignedIn> {
  const tokenHash = hashToken(ports.hashes, input.token);
  await requireSetup(ports.store, tokenHash, ports.clock.unixNow());
  const person: Person = {
    id: generateId(ports.random),
    name: parsePersonName(input.name),
    email: parseEmail(input.email),
    roles: [{ accountId: EVERY_ACCOUNT, role: 'owner' }],
    createdAt: ports.clock.unixNow(),
    lastSeenAt: undefined,
  };
  requireStrongPassword(input.password, person, '/password');
  const passwordHash = await ports.passwords.hash(input.password);
  return ports.store.transact(async (session) => {
    // Two may have come with the same link.
    await requireSetup(session, tokenHash, person.createdAt);
    await requireFreeEmail(session, person);
    await session.oneTimeTokens.remove(tokenHash);
    await session.people.insert(person, passwordHash);
    const by: Actor = { kind: 'person', personId: person.id, personName: person.name, address: origin.address };
    const done = { action: 'person_create', accountId: undefined, resourceId: person.id } as const;
    await recordAudit(session, by, { ...done, details: { name: person.name } }, person.createdAt);
    return openSession(session, ports, person, origin);
  });
}

async function requireSetup(
  session: Pick<StoreSession, 'people' | 'oneTimeTokens'>,
  tokenHash: string,
  now: UnixMs,
): Promise<void> {
  if (await session.people.hasSignIn()) {
    throw setupNotNeeded();
  }
  const found = await session.oneTimeTokens.findByHash(tokenHash);
  if (found === undefined || found.personId !== undefined || now >= (found.expiresAt ?? 0)) {
    throw new ControlError(
      'link-not-valid',
      'This is not the latest link, or it is older than a day. `taciturn setup-link` prints another, and so does the next start.',
      '/token',
    );
  }
}
