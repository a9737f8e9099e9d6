import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Waits until `probe` gives something other than undefined or false, and resolves with it.
 * @throws {Error} after `timeoutMs`, naming `what` was waited for and the last failure of the probe.
 */
export async function waitFor<Found>(
  what: string,
  probe: () => Promise<Found | undefined | false> | Found | undefined | false,
  timeoutMs = 10_000,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown;
  do {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) {
        return found;
      }
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await delay(POLL_MS);
  } while (performance.now() < deadline);
  throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause: failure });
}
