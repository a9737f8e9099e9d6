const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes as a person reads them, with three digits: `1.25 GB`. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, UNITS);
}

/** A number with the unit, each a thousand times the one before, that leaves it three digits or fewer. */
export function formatScaled(value: number, units: readonly string[]): string {
  let scaled = value;
  let at = 0;
  while (Math.abs(scaled) >= 999.5 && at < units.length - 1) {
    scaled /= 1000;
    at += 1;
  }
  const digits = at === 0 || Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${units[at]}`;
}
