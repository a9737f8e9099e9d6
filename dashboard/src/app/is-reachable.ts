import { useSyncExternalStore } from 'react';

const PROBE_EVERY_MS = 2_000;
const listeners = new Set<() => void>();
let isReachable = true;
let probe: ReturnType<typeof setInterval> | undefined;

/** Whether the service answered when it was last asked. */
export function useIsReachable(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isReachable,
  );
}

/** Notes what a call learnt. While the service is lost it is asked again and again, until it answers. */
export function reportReachable(value: boolean): void {
  if (value === isReachable) {
    return;
  }
  isReachable = value;
  clearInterval(probe);
  if (!value) {
    probe = setInterval(() => void askAgain(), PROBE_EVERY_MS);
  }
  for (const listener of listeners) {
    listener();
  }
}

async function askAgain(): Promise<void> {
  try {
    const { ok } = await fetch('/healthz');
    reportReachable(ok);
  } catch {
    // It is still lost.
  }
}
