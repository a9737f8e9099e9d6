import { DAY_MS } from './day-ms.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The time dimensions, with the length of their buckets; usage is kept by the minute, so that is what `datetime` is. */
export const TIME_DIMENSIONS = {
  date: DAY_MS,
  datetime: MINUTE_MS,
  datetimeMinute: MINUTE_MS,
  datetimeFiveMinutes: 5 * MINUTE_MS,
  datetimeFifteenMinutes: 15 * MINUTE_MS,
  datetimeHour: HOUR_MS,
} as const;

const PLACE_DIMENSIONS = ['datacenterCity', 'datacenterCode', 'datacenterCountry', 'datacenterRegion'] as const;

/** The dimensions of usage that are text. */
export const TEXT_DIMENSIONS = ['keyId', 'customIdentifier', 'username', ...PLACE_DIMENSIONS] as const;

/** The dimensions of outcomes of allocations that are text. */
export const OUTCOME_TEXT_DIMENSIONS = ['keyId', 'transport', 'outcome', ...PLACE_DIMENSIONS] as const;

export type TimeDimension = keyof typeof TIME_DIMENSIONS;
export type TextDimension = (typeof TEXT_DIMENSIONS | typeof OUTCOME_TEXT_DIMENSIONS)[number];

/** What rows of usage and of outcomes are told apart by, beside their account and time; each dimension that is text comes from one. */
export type UsageSource = 'keyId' | 'customIdentifier' | 'username' | 'transport' | 'outcome' | 'node';

/** What usage is grouped, filtered and ordered by, in the words of Cloudflare's API. */
export type UsageDimension = TimeDimension | TextDimension;

/** Labels belong to nodes. */
export function sourceOf(dimension: TextDimension): UsageSource {
  switch (dimension) {
    case 'keyId':
    case 'customIdentifier':
    case 'username':
    case 'transport':
    case 'outcome':
      return dimension;
    default:
      return 'node';
  }
}

export function isTimeDimension(dimension: string): dimension is TimeDimension {
  return Object.hasOwn(TIME_DIMENSIONS, dimension);
}
