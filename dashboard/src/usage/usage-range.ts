/** A span of time up to now, and the time that one point of its chart stands for. */
export interface UsageRange {
  readonly name: string;
  readonly seconds: number;
  readonly stepSeconds: number;
  /** What the analytics call that step. */
  readonly dimension: string;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** By what the address line calls them. */
export const USAGE_RANGES = {
  '15m': { name: '15 min', seconds: 15 * MINUTE, stepSeconds: MINUTE, dimension: 'datetimeMinute' },
  '1h': { name: '1 h', seconds: HOUR, stepSeconds: MINUTE, dimension: 'datetimeMinute' },
  '24h': { name: '24 h', seconds: DAY, stepSeconds: 15 * MINUTE, dimension: 'datetimeFifteenMinutes' },
  '7d': { name: '7 days', seconds: 7 * DAY, stepSeconds: HOUR, dimension: 'datetimeHour' },
  '30d': { name: '30 days', seconds: 30 * DAY, stepSeconds: DAY, dimension: 'date' },
  '90d': { name: '90 days', seconds: 90 * DAY, stepSeconds: DAY, dimension: 'date' },
} as const satisfies Readonly<Record<string, UsageRange>>;

export type UsageRangeName = keyof typeof USAGE_RANGES;

/** The bounds of a range whose last step is the one under way, in seconds since 1970. */
export function boundRange({ seconds, stepSeconds }: UsageRange, now: number): { from: number; to: number } {
  const to = (Math.floor(now / stepSeconds) + 1) * stepSeconds;
  return { from: to - seconds, to };
}
