import { ROWS_PER_PRUNE_MAX } from '../base/limits.ts';
import type { ControlPorts } from '../control/ports.ts';
import { pruneStore } from '../control/prune-store.ts';
import type { Logger } from '../observe/logger.ts';

/** Between rounds, and between the parts of one that is not finished. */
const ROUND_MS = 60 * 60 * 1000;
const PART_MS = 500;
/** The first round waits until the start is over. */
const FIRST_ROUND_MS = 60 * 1000;

/** Removes what the store no longer needs, now and then; the result ends it, once a round under way is over. */
export function pruneRegularly(ports: ControlPorts, log: Logger): () => Promise<void> {
  let round: Promise<void> = Promise.resolve();
  let timer = setTimeout(start, FIRST_ROUND_MS).unref();
  let isStopped = false;

  function start(): void {
    round = prune().then((delayMs) => {
      if (!isStopped) {
        timer = setTimeout(start, delayMs).unref();
      }
    });
  }

  async function prune(): Promise<number> {
    try {
      const removed = await pruneStore(ports);
      return Object.values(removed).some((count) => count >= ROWS_PER_PRUNE_MAX) ? PART_MS : ROUND_MS;
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'old rows could not be removed from the store');
      return ROUND_MS;
    }
  }

  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await round;
  };
}
