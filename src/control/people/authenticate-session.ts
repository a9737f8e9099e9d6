import { encodeHex, encodeUtf8 } from '../../base/bytes.ts';
import type { UnixMs } from '../../base/clock.ts';
import type { Hashes } from '../../base/hash.ts';
import { SESSION_AGE_MS_MAX, SESSION_IDLE_MS_MAX } from '../../base/limits.ts';
import { hashToken } from '../api-token.ts';
import type { ControlPorts } from '../ports.ts';
import type { Person, PersonSession } from './person.ts';
import type { PersonPrincipal } from './person-principal.ts';

const CSRF = encodeUtf8('csrf');

/**
 * Who is signed in with the session of this cookie; undefined also when the session has ended, from that moment on. The
 * roles are read each time, so that one that was taken away is gone at once.
 */
export async function authenticateSession(ports: ControlPorts, token: string): Promise<PersonPrincipal | undefined> {
  const session = await ports.store.personSessions.findByHash(hashToken(ports.hashes, token));
  if (session === undefined || hasEnded(session, ports.clock.unixNow())) {
    return undefined;
  }
  const found = await ports.store.people.find(session.personId);
  return found && toPersonPrincipal(ports.hashes, found.person, session.id, token);
}

/** The person of a session whose cookie has this value. */
export function toPersonPrincipal(hashes: Hashes, person: Person, sessionId: string, token: string): PersonPrincipal {
  return {
    kind: 'person',
    personId: person.id,
    name: person.name,
    roles: person.roles,
    tokenId: sessionId,
    // Follows from the cookie, which no page can read, and tells nothing of it.
    csrf: encodeHex(hashes.hmacSha256(encodeUtf8(token), CSRF)),
  };
}

function hasEnded({ createdAt, lastUsedAt }: PersonSession, now: UnixMs): boolean {
  return now - lastUsedAt >= SESSION_IDLE_MS_MAX || now - createdAt >= SESSION_AGE_MS_MAX;
}
