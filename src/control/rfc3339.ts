import type { UnixMs } from '../base/clock.ts';

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/i;

/** The moment that an RFC 3339 time names, or undefined for any other text. Fractions are cut to milliseconds. */
export function parseRfc3339(text: string): UnixMs | undefined {
  const match = RFC3339.exec(text);
  if (match === null) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetMinutes = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59 || offsetMinutes > 1439) {
    return undefined;
  }
  const milliseconds = Number((match[7] ?? '.').slice(1, 4).padEnd(3, '0'));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  return (local - (match[8] === '-' ? -1 : 1) * offsetMinutes * 60_000) as UnixMs;
}

/** A moment as an RFC 3339 time in UTC; milliseconds appear only when there are any. */
export function formatRfc3339(moment: UnixMs): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z');
}

/** The day of a moment in UTC: YYYY-MM-DD. */
export function formatDate(moment: UnixMs): string {
  return formatRfc3339(moment).slice(0, 10);
}

/** The month of a moment in UTC: YYYY-MM. */
export function formatMonth(moment: UnixMs): string {
  return formatRfc3339(moment).slice(0, 7);
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC reads the years 0 to 99 as 1900 to 1999, and carries a 31st of February over into March.
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
