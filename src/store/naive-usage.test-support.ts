import type { UnixMs } from '../base/clock.ts';
import type { UsageRow } from '../contract/usage-delta.ts';
import { isTimeDimension, TEXT_DIMENSIONS, TIME_DIMENSIONS, type UsageDimension } from '../control/usage-dimension.ts';
import type { TextComparison, TimeComparison, UsageFilter, UsageGroup, UsageQuery } from '../control/usage-query.ts';

const MINUTE_MS = 60_000;

/** One row as a relay reported it, with the labels of its node. */
export interface ReportedRow extends UsageRow {
  readonly minute: UnixMs;
  readonly city: string;
}

export interface NaiveContext {
  /** Those of the account. */
  readonly rows: readonly ReportedRow[];
  /** Both at the start of a minute. */
  readonly createdAt: UnixMs;
  readonly now: UnixMs;
}

/** What a query of usage must answer: every reported row is looked at, one by one, and nothing is summed up before. */
export function answerNaively(query: UsageQuery, context: NaiveContext): readonly UsageGroup[] {
  const ordered = query.orderBy.map(({ by }) => by).filter((by) => by in PROBE);
  const dimensions = [...new Set([...query.dimensions, ...(ordered as UsageDimension[])])];
  const groups = new Map<string, ReportedRow[]>();
  for (const row of context.rows.filter((each) => holds(query.filter, each))) {
    const name = JSON.stringify(dimensions.map((dimension) => readDimension(row, dimension)));
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const measureTime = createTimeMeasure(query.filter, dimensions, context);
  const sums = [...groups.values()].map((rows) => sumUp(rows, dimensions, measureTime));
  const order = [...query.orderBy, ...dimensions.map((by) => ({ by, isDescending: false }))];
  const compare = (a: UsageGroup, b: UsageGroup): number => {
    for (const { by, isDescending } of order) {
      const difference = compareValues(read(a, by), read(b, by));
      if (difference !== 0) {
        return isDescending ? -difference : difference;
      }
    }
    return 0;
  };
  return sums.sort(compare).slice(0, query.limit);
}

/** A row for its members: which of them are dimensions. */
const PROBE: Readonly<Record<string, true>> = Object.fromEntries(
  [...Object.keys(TIME_DIMENSIONS), ...TEXT_DIMENSIONS].map((name) => [name, true]),
);

function readDimension(row: ReportedRow, dimension: UsageDimension): UnixMs | string {
  if (isTimeDimension(dimension)) {
    return bucketOf(row.minute, dimension);
  }
  switch (dimension) {
    case 'keyId':
      return row.keyUid;
    case 'customIdentifier':
    case 'username':
      return row[dimension];
    case 'datacenterCity':
      return row.city;
    default:
      return '';
  }
}

function bucketOf(minute: number, dimension: keyof typeof TIME_DIMENSIONS): UnixMs {
  return (Math.floor(minute / TIME_DIMENSIONS[dimension]) * TIME_DIMENSIONS[dimension]) as UnixMs;
}

function holds(filter: UsageFilter, row: ReportedRow): boolean {
  if ('of' in filter) {
    return filter.kind === 'all' ? filter.of.every((part) => holds(part, row)) : filter.of.some((p) => holds(p, row));
  }
  return compares(filter, readDimension(row, filter.dimension));
}

function compares({ operator, values }: TextComparison | TimeComparison, value: UnixMs | string): boolean {
  const list: readonly (UnixMs | string)[] = values;
  const difference = list.length === 0 ? 0 : compareValues(value, list[0] as UnixMs | string);
  switch (operator) {
    case 'eq':
      return difference === 0;
    case 'neq':
      return difference !== 0;
    case 'gt':
      return difference > 0;
    case 'geq':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'leq':
      return difference <= 0;
    case 'in':
      return list.includes(value);
    case 'notin':
      return !list.includes(value);
    case 'like':
      return matches(String(list[0]), String(value));
  }
}

function matches(pattern: string, text: string): boolean {
  const parts = [...pattern].map((sign) =>
    sign === '%' ? '.*' : sign === '_' ? '.' : sign.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&'),
  );
  return new RegExp(`^${parts.join('')}$`, 'su').test(text);
}

/** Texts by their bytes of UTF-8. */
function compareValues(a: UnixMs | string | number, b: UnixMs | string | number): number {
  return typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : a - Number(b);
}

/** Counts the minutes of the range that lie in a group's bucket, of the finest time dimension that is grouped by. */
function createTimeMeasure(
  filter: UsageFilter,
  dimensions: readonly UsageDimension[],
  { createdAt, now }: NaiveContext,
): (row: ReportedRow) => number {
  const finest = dimensions.filter(isTimeDimension).sort((a, b) => TIME_DIMENSIONS[a] - TIME_DIMENSIONS[b])[0];
  const nameOf = (minute: number) => (finest === undefined ? 0 : bucketOf(minute, finest));
  const bounds = listBounds(filter);
  const lengths = new Map<number, number>();
  for (let minute = createdAt as number; minute < now; minute += MINUTE_MS) {
    if (bounds.every((bound) => compares(bound, bucketOf(minute, bound.dimension)))) {
      lengths.set(nameOf(minute), (lengths.get(nameOf(minute)) ?? 0) + MINUTE_MS);
    }
  }
  return ({ minute }) => lengths.get(nameOf(minute)) ?? 0;
}

/** The comparisons that make the range: those of order, that hold for all of the query. */
function listBounds(filter: UsageFilter): readonly TimeComparison[] {
  if (filter.kind === 'all') {
    return filter.of.flatMap(listBounds);
  }
  return filter.kind === 'time' && !['neq', 'in', 'notin'].includes(filter.operator) ? [filter] : [];
}

function sumUp(
  rows: readonly ReportedRow[],
  dimensions: readonly UsageDimension[],
  measureTime: (row: ReportedRow) => number,
): UsageGroup {
  const [first] = rows as readonly [ReportedRow];
  const total = (member: 'ingressBytes' | 'egressBytes' | 'allocationsStarted' | 'allocationMs') =>
    rows.reduce((sum, row) => sum + row[member], 0);
  const lengthMs = measureTime(first);
  return {
    dimensions: Object.fromEntries(dimensions.map((dimension) => [dimension, readDimension(first, dimension)])),
    ingressBytes: total('ingressBytes'),
    egressBytes: total('egressBytes'),
    count: total('allocationsStarted'),
    concurrentConnections: lengthMs > 0 ? total('allocationMs') / lengthMs : 0,
  };
}

function read(group: UsageGroup, by: UsageQuery['orderBy'][number]['by']): UnixMs | string | number {
  switch (by) {
    case 'ingressBytes':
    case 'egressBytes':
    case 'count':
    case 'concurrentConnections':
      return group[by];
    default:
      return group.dimensions[by] as UnixMs | string;
  }
}
