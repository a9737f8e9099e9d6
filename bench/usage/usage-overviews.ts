import { formatRfc3339 } from '../../src/control/rfc3339.ts';
import { identifierOf, SCENE, usernameOf } from './usage-scene.ts';

/** A question that a dashboard asks. */
export interface UsageOverview {
  readonly title: string;
  /** The arguments of `callsTurnUsageAdaptiveGroups`. */
  readonly args: string;
  readonly dimensions: readonly string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TOP = 'orderBy: [sum_egressBytes_DESC], limit: 20';

export const usageOverviews: readonly UsageOverview[] = [
  { title: 'total of the last 15 minutes', args: since(15 * MINUTE_MS), dimensions: [] },
  { title: 'last 24 hours, by five minutes', args: since(DAY_MS), dimensions: ['datetimeFiveMinutes'] },
  { title: 'last 24 hours, by hour', args: since(DAY_MS), dimensions: ['datetimeHour'] },
  { title: '7 days, by hour', args: since(7 * DAY_MS), dimensions: ['datetimeHour'] },
  { title: '30 days, by day', args: sinceDay(30), dimensions: ['date'] },
  { title: '90 days, by day', args: sinceDay(90), dimensions: ['date'] },
  { title: '30 days to the minute, total', args: since(30 * DAY_MS - HOUR_MS), dimensions: [] },
  { title: 'top keys of 30 days', args: `${sinceDay(30)}, ${TOP}`, dimensions: ['keyId'] },
  { title: 'top custom identifiers of 30 days', args: `${sinceDay(30)}, ${TOP}`, dimensions: ['customIdentifier'] },
  { title: 'top custom identifiers of 24 hours', args: `${since(DAY_MS)}, ${TOP}`, dimensions: ['customIdentifier'] },
  { title: '30 days by data centre and day', args: sinceDay(30), dimensions: ['date', 'datacenterCode'] },
  {
    title: 'one custom identifier, 30 days by day',
    args: sinceDay(30, `customIdentifier: "${identifierOf(77)}"`),
    dimensions: ['date'],
  },
  {
    title: 'one username, 30 days by day',
    args: sinceDay(30, `username: "${usernameOf(77, SCENE.now - 3 * DAY_MS)}"`),
    dimensions: ['date'],
  },
  {
    title: 'one username, 48 hours by hour',
    args: since(2 * DAY_MS, `username: "${usernameOf(77, SCENE.now - DAY_MS)}"`),
    dimensions: ['datetimeHour'],
  },
];

function since(spanMs: number, rest = ''): string {
  return filter(SCENE.now - spanMs, rest);
}

/** So many days, today the last of them. */
function sinceDay(days: number, rest = ''): string {
  return filter(SCENE.now - (SCENE.now % DAY_MS) - (days - 1) * DAY_MS, rest);
}

function filter(from: number, rest: string): string {
  const separator = rest === '' ? '' : ', ';
  return `filter: {datetime_geq: "${formatRfc3339(from as never)}"${separator}${rest}}`;
}
