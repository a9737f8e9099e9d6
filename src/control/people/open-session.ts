import { SESSIONS_PER_PERSON_MAX, USER_AGENT_BYTES_MAX } from '../../base/limits.ts';
import type { Actor, ClientAddress } from '../actor.ts';
import { generateId, generateToken, hashToken } from '../api-token.ts';
import type { ControlPorts, StoreSession } from '../ports.ts';
import { recordAudit } from '../record-audit.ts';
import { isStorableText } from '../storable-text.ts';
import { toPersonPrincipal } from './authenticate-session.ts';
import type { Person, PersonSession } from './person.ts';
import type { PersonPrincipal } from './person-principal.ts';

/** Where somebody signs in. */
export interface SignInOrigin {
  readonly address: ClientAddress;
  readonly userAgent: string | undefined;
  /** The value of the cookie that the browser has from before; its session ends. */
  readonly formerToken?: string | undefined;
}

export interface SignedIn {
  readonly principal: PersonPrincipal;
  /** The cookie's value: 64 hexadecimal digits. Only its hash is kept. */
  readonly token: string;
}

/**
 * Signs a person in, in the transaction that `session` is. The cookie has a new value each time, so that one that somebody
 * planted beforehand is worth nothing.
 */
export async function openSession(
  session: StoreSession,
  ports: ControlPorts,
  person: Person,
  { address, userAgent, formerToken }: SignInOrigin,
): Promise<SignedIn> {
  const token = generateToken(ports.random);
  const now = ports.clock.unixNow();
  const opened: PersonSession = {
    id: generateId(ports.random),
    personId: person.id,
    tokenHash: hashToken(ports.hashes, token),
    createdAt: now,
    lastUsedAt: now,
    clientAddress: address ?? '',
    userAgent: isStorableText(userAgent, USER_AGENT_BYTES_MAX) ? userAgent : '',
  };
  if (formerToken !== undefined) {
    const former = await session.personSessions.findByHash(hashToken(ports.hashes, formerToken));
    if (former !== undefined) {
      await session.personSessions.remove(former.personId, former.id);
    }
  }
  // Room is made before, so that the new one is never among those that give way, however alike their times are.
  for (const { id } of (await session.personSessions.list(person.id)).slice(SESSIONS_PER_PERSON_MAX - 1)) {
    await session.personSessions.remove(person.id, id);
  }
  await session.personSessions.insert(opened);
  await session.personSessions.noteUse(opened.id, now);
  const by: Actor = { kind: 'person', personId: person.id, personName: person.name, address };
  await recordAudit(session, by, { action: 'session_create', accountId: undefined, resourceId: opened.id }, now);
  return { principal: toPersonPrincipal(ports.hashes, person, opened.id, token), token };
}
