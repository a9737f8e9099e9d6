import type { UnixMs } from '../../base/clock.ts';
import { ROWS_PER_PRUNE_MAX, SESSION_AGE_MS_MAX, SESSION_IDLE_MS_MAX } from '../../base/limits.ts';
import type { StoreSession } from '../ports.ts';

/** Forgets sessions and invitations that have ended. @returns how many sessions. */
export async function prunePeople(
  { personSessions, oneTimeTokens }: Pick<StoreSession, 'personSessions' | 'oneTimeTokens'>,
  now: UnixMs,
): Promise<number> {
  await oneTimeTokens.prune(now);
  const usedBefore = (now - SESSION_IDLE_MS_MAX) as UnixMs;
  const createdBefore = (now - SESSION_AGE_MS_MAX) as UnixMs;
  return personSessions.prune(usedBefore, createdBefore, ROWS_PER_PRUNE_MAX);
}
