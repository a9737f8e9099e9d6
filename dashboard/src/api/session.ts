import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';
import { rememberCsrfToken, send } from './client.ts';

export type Role = 'owner' | 'operator' | 'viewer';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly { readonly account_id: string; readonly role: Role }[];
}

export interface Session {
  readonly person: Person;
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
}

interface SessionAnswer {
  readonly result: Session & { readonly csrf: string };
}

export const SESSION_KEY = ['session'] as const;

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: readSession, staleTime: 60_000 });
}

/** Takes the answer of a sign-in as the session, and forgets all that another session may have read. */
export function useBeginSession(): (answer: unknown) => void {
  const client = useQueryClient();
  return (answer) => {
    client.clear();
    client.setQueryData(SESSION_KEY, adoptSession(answer));
  };
}

/** Ends the session, on the service first, and forgets everything that it has read. */
export function useEndSession(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await send('delete', '/session');
    rememberCsrfToken(undefined);
    client.clear();
    client.setQueryData(SESSION_KEY, null);
  };
}

/** Whether the person has a role of an account, or a greater one. */
export function hasRole({ person }: Session, accountId: string, role: Role): boolean {
  const order: readonly Role[] = ['viewer', 'operator', 'owner'];
  return person.roles.some(
    (one) => (one.account_id === '*' || one.account_id === accountId) && order.indexOf(one.role) >= order.indexOf(role),
  );
}

/** Whether the person may see and change what belongs to the whole installation. */
export function ownsInstallation({ person }: Session): boolean {
  return person.roles.some(({ account_id: accountId, role }) => accountId === '*' && role === 'owner');
}

async function readSession(): Promise<Session | null> {
  try {
    return adoptSession(await send('get', '/session'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      return null;
    }
    throw error;
  }
}

function adoptSession(answer: unknown): Session {
  const { csrf, ...session } = (answer as SessionAnswer).result;
  rememberCsrfToken(csrf);
  return session;
}
