import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { TIME_DIMENSIONS, type TimeDimension, type UsageDimension } from '../control/usage-dimension.ts';
import type { AveragedTime, UsagePlan, UsageSegment } from '../control/usage-plan.ts';
import type { TextComparison, TimeComparison, UsageFilter, UsageMeasure, UsageOrder } from '../control/usage-query.ts';
import { sumExactly } from './sum-exactly.ts';
import { findUsageTable } from './usage-tables.ts';

/** A row of the answer: `d0`, `d1` … are the plan's dimensions, in their order. */
export type UsageAnswerRow = Readonly<Record<string, number | string>>;

const COLUMNS: Readonly<Record<Exclude<UsageDimension, TimeDimension>, RawBuilder<string>>> = {
  keyId: sql.ref('key_uid'),
  customIdentifier: sql.ref('custom_identifier'),
  username: sql.ref('username'),
  datacenterCity: sql`coalesce(nodes.city, '')`,
  datacenterCode: sql`coalesce(nodes.code, '')`,
  datacenterCountry: sql`coalesce(nodes.country, '')`,
  datacenterRegion: sql`coalesce(nodes.region, '')`,
};

const MEASURES: Readonly<Record<Exclude<UsageMeasure, 'concurrentConnections'>, RawBuilder<number>>> = {
  ingressBytes: sql`sum(ingress)`,
  egressBytes: sql`sum(egress)`,
  count: sql`sum(started)`,
};

const OPERATORS = { eq: '=', neq: '<>', gt: '>', geq: '>=', lt: '<', leq: '<=' } as const;

/**
 * The statement that answers a plan. Each segment is grouped by itself, so that what remains to be merged, ordered and
 * cut is small. The plan has at least one segment.
 */
export function buildUsageQuery(plan: UsagePlan): RawBuilder<UsageAnswerRow> {
  const names = plan.dimensions.map((_, i) => sql.ref(`d${i}`));
  const parts = plan.segments.map((segment) => sumSegment(plan, segment));
  const order = [...plan.orderBy.map((one) => orderTerm(one, plan)), ...names];
  return sql`
    select ${list([...names, sql`${sumExactly('ingress')} as ingress_bytes`, sql`${sumExactly('egress')} as egress_bytes`])},
      ${sumExactly('started')} as allocations_started, ${sumExactly('lived_ms')} as allocation_ms
    from (${sql.join(parts, sql` union all `)}) as parts
    ${names.length === 0 ? sql`` : sql`group by ${list(names)}`}
    having count(*) > 0
    ${order.length === 0 ? sql`` : sql`order by ${list(order)}`}
    limit ${plan.limit}`;
}

function sumSegment(plan: UsagePlan, { level, from, to }: UsageSegment): RawBuilder<unknown> {
  const { table, bucket } = findUsageTable(level, plan.sources);
  const column = sql.ref<number>(bucket);
  const dimensions = plan.dimensions.map((dimension, i) => sql`${express(dimension, column)} as ${sql.ref(`d${i}`)}`);
  const sums = [
    sql`sum(ingress_bytes) as ingress`,
    sql`sum(egress_bytes) as egress`,
    sql`sum(allocations_started) as started`,
    sql`sum(allocation_ms) as lived_ms`,
  ];
  const places = plan.dimensions.map((_, i) => sql.lit(i + 1));
  return sql`
    select ${list([...dimensions, ...sums])} from ${sql.table(table)}
    ${plan.sources.includes('node') ? sql`left join nodes on nodes.id = ${sql.ref(`${table}.node`)}` : sql``}
    where account_id = ${plan.accountId} and ${column} >= ${from} and ${column} < ${to}
      and ${buildCondition(plan.filter, column)}
    ${places.length === 0 ? sql`having count(*) > 0` : sql`group by ${list(places)}`}`;
}

function express(dimension: UsageDimension, bucket: RawBuilder<number>): RawBuilder<unknown> {
  if (!(dimension in TIME_DIMENSIONS)) {
    return COLUMNS[dimension as keyof typeof COLUMNS];
  }
  return sql`${bucket} - ${bucket} % ${sql.lit(TIME_DIMENSIONS[dimension as TimeDimension])}`;
}

function buildCondition(filter: UsageFilter, bucket: RawBuilder<number>): RawBuilder<SqlBool> {
  if (!('of' in filter)) {
    return compare(filter, express(filter.dimension, bucket));
  }
  const parts = filter.of.map((part) => buildCondition(part, bucket));
  if (parts.length === 0) {
    return filter.kind === 'all' ? sql`1 = 1` : sql`1 = 0`;
  }
  return sql`(${sql.join(parts, filter.kind === 'all' ? sql` and ` : sql` or `)})`;
}

function compare(
  { operator, values }: TextComparison | TimeComparison,
  column: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  if (operator === 'in' || operator === 'notin') {
    if (values.length === 0) {
      return operator === 'in' ? sql`1 = 0` : sql`1 = 1`;
    }
    return sql`${column} ${sql.raw(operator === 'in' ? 'in' : 'not in')} (${sql.join([...values])})`;
  }
  // A backslash would escape what follows in PostgreSQL and not in SQLite; a control character does it in neither's text.
  return operator === 'like'
    ? sql`${column} like ${values[0]} escape ${sql.lit('\u0001')}`
    : sql`${column} ${sql.raw(OPERATORS[operator])} ${values[0]}`;
}

function orderTerm({ by, isDescending }: UsageOrder, plan: UsagePlan): RawBuilder<unknown> {
  const direction = sql.raw(isDescending ? 'desc' : 'asc');
  const place = plan.dimensions.indexOf(by as UsageDimension);
  if (place >= 0) {
    return sql`${sql.ref(`d${place}`)} ${direction}`;
  }
  if (by === 'concurrentConnections') {
    return sql`${averageOf(plan)} ${direction}`;
  }
  return sql`${MEASURES[by as keyof typeof MEASURES]} ${direction}`;
}

function averageOf({ dimensions, averaging }: UsagePlan): RawBuilder<number> {
  const { dimension, from, to }: AveragedTime = averaging;
  if (dimension === undefined) {
    return sql`sum(lived_ms)`;
  }
  const start = sql.ref<number>(`d${dimensions.indexOf(dimension)}`);
  const end = sql`${start} + ${sql.lit(TIME_DIMENSIONS[dimension])}`;
  const length = sql`(case when ${end} > ${to} then ${to} else ${end} end)
    - (case when ${start} < ${from} then ${from} else ${start} end)`;
  return sql`case when ${length} > 0 then sum(lived_ms) * 1.0 / (${length}) else 0 end`;
}

function list(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join([...parts]);
}
