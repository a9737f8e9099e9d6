import type { UnixMs } from '../base/clock.ts';

/** When the calendar month of a moment began, in UTC; with `later`, that of so many months later. */
export function monthStart(moment: UnixMs, later = 0): UnixMs {
  const date = new Date(moment);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later) as UnixMs;
}
