import type { Passkey, PersonSession, StoredPerson } from '../../control/people/person.ts';
import { formatRfc3339 } from '../../control/rfc3339.ts';

export function formatPerson({ person, passwordHash, passkeyCount }: StoredPerson) {
  const { id, name, email, roles, createdAt, lastSeenAt } = person;
  return {
    id,
    name,
    email,
    roles: roles.map(({ accountId, role }) => ({ account_id: accountId as string, role })),
    created_on: formatRfc3339(createdAt),
    ...(lastSeenAt === undefined ? {} : { last_seen_on: formatRfc3339(lastSeenAt) }),
    has_password: passwordHash !== undefined,
    passkeys: passkeyCount,
  };
}

export function formatSession(session: PersonSession, currentId: string) {
  return {
    id: session.id,
    created_on: formatRfc3339(session.createdAt),
    last_used_on: formatRfc3339(session.lastUsedAt),
    client_address: session.clientAddress,
    user_agent: session.userAgent,
    current: session.id === currentId,
  };
}

export function formatPasskey({ id, name, createdAt, lastUsedAt }: Passkey) {
  const lastUse = lastUsedAt === undefined ? {} : { last_used_on: formatRfc3339(lastUsedAt) };
  return { id, name, created_on: formatRfc3339(createdAt), ...lastUse };
}
