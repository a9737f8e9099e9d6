import { SESSION_AGE_MS_MAX, SESSION_IDLE_MS_MAX } from '../../base/limits.ts';
import type { ControlPorts } from '../ports.ts';
import type { PersonSession } from './person.ts';

/** Where a person is signed in, used last first. */
export async function listSessions(
  { store, clock }: ControlPorts,
  personId: string,
): Promise<readonly PersonSession[]> {
  const now = clock.unixNow();
  return (await store.personSessions.list(personId)).filter(
    ({ lastUsedAt, createdAt }) => now - lastUsedAt < SESSION_IDLE_MS_MAX && now - createdAt < SESSION_AGE_MS_MAX,
  );
}
