import timers from 'node:timers/promises';
import { LIVE_POLL_MS, LIVE_POLL_PAUSE_MS_MIN, LIVE_RETRY_MS } from '../../base/limits.ts';
import { ControlError, StoreError } from '../../control/errors.ts';
import type { LiveAccount } from '../../control/live-accounts.ts';
import { formatLiveAccount } from '../cloudflare/format-live-account.ts';

/**
 * The text of a stream, piece by piece as its reader takes them: each second what an account does then, or that nothing could
 * be read. There is something to tell each second, so that nothing else must show that the connection lives.
 */
export async function* writeAccount(
  read: () => Promise<LiveAccount>,
  signal: AbortSignal,
  progress: { parts: number },
): AsyncGenerator<string> {
  yield `retry: ${LIVE_RETRY_MS}\n\n`;
  let told: LiveAccount | undefined;
  while (!signal.aborted) {
    const account = await readIfPossible(read);
    // A reading is kept for a second and a timer may be early, so that the one before may come once more.
    const isNews = account === undefined || account !== told;
    if (isNews) {
      yield formatEvent(account);
      told = account;
      progress.parts += 1;
    }
    await timers.setTimeout(isNews ? LIVE_POLL_MS : LIVE_POLL_PAUSE_MS_MIN, undefined, { signal }).catch(() => {});
  }
}

async function readIfPossible(read: () => Promise<LiveAccount>): Promise<LiveAccount | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ControlError || error instanceof StoreError) {
      return undefined;
    }
    throw error;
  }
}

function formatEvent(account: LiveAccount | undefined): string {
  if (account === undefined) {
    return 'event: unavailable\ndata: {}\n\n';
  }
  const data = JSON.stringify({ ...formatLiveAccount(account), missing: account.missing });
  return `event: account\ndata: ${data}\n\n`;
}
