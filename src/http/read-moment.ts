import type { UnixMs } from '../base/clock.ts';
import { parseRfc3339 } from '../control/rfc3339.ts';

/** The moment since 1970 that a date, which is its midnight in UTC, or an RFC 3339 time names; undefined for other texts. */
export function readMoment(text: string): UnixMs | undefined {
  const moment = parseRfc3339(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  return moment === undefined || moment < 0 ? undefined : moment;
}
