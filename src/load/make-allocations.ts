import { LoadError } from './load-error.ts';
import type { LoadSession } from './load-session.ts';

/** Releases in flight at once. */
const RELEASES_IN_FLIGHT = 64;
/** How long is waited for the others when one client has failed, and for releases; the allocations end by themselves later. */
const SETTLE_MS_MAX = 1_500;
const RELEASE_MS_MAX = 1_500;

/** How the allocations of a run were made. */
export interface MadeAllocations {
  readonly seconds: number;
}

/**
 * Makes all allocations of a session, with their channel or permission, `inFlight` at once.
 * @throws {LoadError} when one is refused or never answered, and when `signal` ends it.
 */
export function makeAllocations(
  session: LoadSession,
  inFlight: number,
  signal: AbortSignal | undefined,
  onProgress: (ready: number) => void,
): Promise<MadeAllocations> {
  const count = session.flows.allocationCount;
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    let [started, ready, failed] = [0, 0, 0];
    let failure: LoadError | undefined;
    const stop = (): void => reject(new LoadError(`Stopped when ${ready} of ${count} allocations were made.`));
    if (signal?.aborted === true) {
      stop();
      return;
    }
    signal?.addEventListener('abort', stop, { once: true });
    const startNext = (): void => {
      if (started < count) {
        started += 1;
        session.clients.start(started - 1);
      }
    };
    // Those that are under way have an allocation soon, which is to be released.
    const rejectWhenSettled = (reason: LoadError): void => {
      if (ready + failed === started) {
        reject(reason);
      } else if (failed === 1) {
        setTimeout(reject, SETTLE_MS_MAX, reason).unref();
      }
    };
    session.clientEvents = {
      handleReady: () => {
        ready += 1;
        onProgress(ready);
        if (failure !== undefined) {
          rejectWhenSettled(failure);
        } else if (ready === count) {
          resolve({ seconds: (performance.now() - startMs) / 1_000 });
        } else {
          startNext();
        }
      },
      handleReleased: () => {},
      handleFailed: (_client, reason) => {
        failed += 1;
        failure ??= new LoadError(`Only ${ready} of ${count} clients got ready: ${reason}.`);
        rejectWhenSettled(failure);
      },
    };
    for (let index = 0; index < inFlight; index += 1) {
      startNext();
    }
  });
}

/** Ends the allocations that are there, so that the next run finds the server as this one did. */
export function releaseAllocations(session: LoadSession): Promise<void> {
  return new Promise((resolve) => {
    let [next, open] = [0, 0];
    const timer = setTimeout(resolve, RELEASE_MS_MAX);
    const releaseNext = (): void => {
      while (next < session.flows.allocationCount && open < RELEASES_IN_FLIGHT) {
        if (session.clients.isReady(next)) {
          open += 1;
          session.clients.release(next);
        }
        next += 1;
      }
      if (open === 0) {
        clearTimeout(timer);
        resolve();
      }
    };
    const settle = (): void => {
      open -= 1;
      releaseNext();
    };
    session.clientEvents = { handleReady: () => {}, handleReleased: settle, handleFailed: settle };
    releaseNext();
  });
}
