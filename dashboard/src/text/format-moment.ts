export type Zone = 'local' | 'utc';

/** A moment as `2026-01-31 14:05:09`, in the viewer's zone or in UTC. */
export function formatMoment(moment: Date, zone: Zone): string {
  const [year, month, day, hour, minute, second] = readParts(moment, zone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** The same without its seconds and, where `isShort`, without its date. */
export function formatMinute(moment: Date, zone: Zone, isShort = false): string {
  const text = formatMoment(moment, zone).slice(0, -3);
  return isShort ? text.slice(-5) : text;
}

function readParts(moment: Date, zone: Zone): readonly string[] {
  const isUtc = zone === 'utc';
  const numbers = [
    isUtc ? moment.getUTCFullYear() : moment.getFullYear(),
    (isUtc ? moment.getUTCMonth() : moment.getMonth()) + 1,
    isUtc ? moment.getUTCDate() : moment.getDate(),
    isUtc ? moment.getUTCHours() : moment.getHours(),
    isUtc ? moment.getUTCMinutes() : moment.getMinutes(),
    isUtc ? moment.getUTCSeconds() : moment.getSeconds(),
  ];
  return numbers.map((number) => String(number).padStart(2, '0'));
}
