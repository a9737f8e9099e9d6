import type { Actor } from '../actor.ts';
import { hashToken } from '../api-token.ts';
import { ControlError } from '../errors.ts';
import type { ControlPorts, StoreSession } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import { openSession, type SignedIn, type SignInOrigin } from './open-session.ts';
import type { StoredPerson } from './person.ts';
import { requireStrongPassword } from './require-strong-password.ts';

/**
 * Gives the person who was invited their password, and signs them in.
 * @throws {ControlError} `link-not-valid`, `invalid-password`, `passwords-busy`.
 */
export async function acceptInvitation(
  ports: ControlPorts,
  input: { readonly token: string; readonly password: string },
  origin: SignInOrigin,
): Promise<SignedIn> {
  const tokenHash = hashToken(ports.hashes, input.token);
  const { person } = await requireInvited(ports, ports.store, tokenHash);
  requireStrongPassword(input.password, person, '/password');
  const passwordHash = await ports.passwords.hash(input.password);
  return ports.store.transact(async (session) => {
    // The link may have been used, or the person deleted, in the meantime.
    const { person: current } = await requireInvited(ports, session, tokenHash);
    await session.oneTimeTokens.remove(tokenHash);
    await session.people.replacePassword(current.id, passwordHash);
    const by: Actor = { kind: 'person', personId: current.id, personName: current.name, address: origin.address };
    const done = { action: 'person_join', accountId: undefined, resourceId: current.id } as const;
    await recordAudit(session, by, { ...done, details: { name: current.name } }, ports.clock.unixNow());
    return openSession(session, ports, current, origin);
  });
}

async function requireInvited(
  { clock }: ControlPorts,
  session: Pick<StoreSession, 'people' | 'oneTimeTokens'>,
  tokenHash: string,
): Promise<StoredPerson> {
  const token = await session.oneTimeTokens.findByHash(tokenHash);
  const isGood = token?.personId !== undefined && (token.expiresAt ?? 0) > clock.unixNow();
  const invited = isGood ? await session.people.find(token.personId) : undefined;
  if (invited === undefined) {
    throw new ControlError(
      'link-not-valid',
      'The invitation was used, has expired, or was taken back. Ask an owner for another one.',
      '/token',
    );
  }
  return invited;
}
