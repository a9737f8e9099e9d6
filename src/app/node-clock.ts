import { performance } from 'node:perf_hooks';
import type { Clock, Instant, UnixMs } from '../base/clock.ts';

/** The process's clocks. Instants count from the start of the thread: those of two threads cannot be compared. */
export const nodeClock: Clock = {
  now: () => performance.now() as Instant,
  unixNow: () => Date.now() as UnixMs,
};
