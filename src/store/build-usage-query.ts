import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { assert } from '../base/assert.ts';
import { TIME_DIMENSIONS, type TimeDimension, type UsageDimension } from '../control/usage-dimension.ts';
import type { AveragedTime, UsagePlan, UsageSegment } from '../control/usage-plan.ts';
import type { TextComparison, TimeComparison, UsageFilter, UsageMeasure, UsageOrder } from '../control/usage-query.ts';
import { sumExactly } from './sum-exactly.ts';
import { findUsageTable, OUTCOME_TABLES, USAGE_TABLES, type UsageTableFacts } from './usage-tables.ts';

/** A row of the answer: `d0`, `d1` … are the plan's dimensions, in their order. */
export type UsageAnswerRow = Readonly<Record<string, number | string>>;

const COLUMNS: Readonly<Record<Exclude<UsageDimension, TimeDimension>, RawBuilder<string>>> = {
  keyId: sql.ref('key_uid'),
  customIdentifier: sql.ref('custom_identifier'),
  username: sql.ref('username'),
  transport: sql.ref('transport'),
  outcome: sql.ref('outcome'),
  datacenterCity: sql`coalesce(nodes.city, '')`,
  datacenterCode: sql`coalesce(nodes.code, '')`,
  datacenterCountry: sql`coalesce(nodes.country, '')`,
  datacenterRegion: sql`coalesce(nodes.region, '')`,
};

/** What is asked about. */
interface Dataset {
  readonly tables: readonly UsageTableFacts[];
  /** The columns that are summed up, each under the name that its sum has within the statement. */
  readonly sums: Readonly<Record<string, string>>;
  /** The name of the sum of each measure; averages are made of several. */
  readonly measures: Readonly<Partial<Record<UsageMeasure, string>>>;
}

const USAGE: Dataset = {
  tables: USAGE_TABLES,
  sums: {
    ingress: 'ingress_bytes',
    egress: 'egress_bytes',
    started: 'allocations_started',
    lived_ms: 'allocation_ms',
  },
  measures: { ingressBytes: 'ingress', egressBytes: 'egress', count: 'started' },
};

const OUTCOMES: Dataset = {
  tables: OUTCOME_TABLES,
  sums: { occurred: 'occurrences' },
  measures: { count: 'occurred' },
};

const OPERATORS = { eq: '=', neq: '<>', gt: '>', geq: '>=', lt: '<', leq: '<=' } as const;

/** The statement that answers a plan about usage. */
export function buildUsageQuery(plan: UsagePlan): RawBuilder<UsageAnswerRow> {
  return buildQuery(plan, USAGE);
}

/** The statement that answers a plan about outcomes of allocations. */
export function buildOutcomeQuery(plan: UsagePlan): RawBuilder<UsageAnswerRow> {
  return buildQuery(plan, OUTCOMES);
}

/**
 * The statement that answers a plan. Each segment is grouped by itself, so that what remains to be merged, ordered and
 * cut is small. The plan has at least one segment.
 */
function buildQuery(plan: UsagePlan, dataset: Dataset): RawBuilder<UsageAnswerRow> {
  const names = plan.dimensions.map((_, i) => sql.ref(`d${i}`));
  const parts = plan.segments.map((segment) => sumSegment(plan, segment, dataset));
  const sums = Object.entries(dataset.sums).map(([name, column]) => sql`${sumExactly(name)} as ${sql.ref(column)}`);
  const order = [...plan.orderBy.map((one) => orderTerm(one, plan, dataset)), ...names];
  return sql`
    select ${list([...names, ...sums])}
    from (${sql.join(parts, sql` union all `)}) as parts
    ${names.length === 0 ? sql`` : sql`group by ${list(names)}`}
    having count(*) > 0
    ${order.length === 0 ? sql`` : sql`order by ${list(order)}`}
    limit ${plan.limit}`;
}

function sumSegment(plan: UsagePlan, { level, from, to }: UsageSegment, dataset: Dataset): RawBuilder<unknown> {
  const { table, bucket } = findUsageTable(level, plan.sources, dataset.tables);
  const column = sql.ref<number>(bucket);
  const dimensions = plan.dimensions.map((dimension, i) => sql`${express(dimension, column)} as ${sql.ref(`d${i}`)}`);
  const sums = Object.entries(dataset.sums).map(([name, column]) => sql`sum(${sql.ref(column)}) as ${sql.ref(name)}`);
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

function orderTerm({ by, isDescending }: UsageOrder, plan: UsagePlan, { measures }: Dataset): RawBuilder<unknown> {
  const direction = sql.raw(isDescending ? 'desc' : 'asc');
  const place = plan.dimensions.indexOf(by as UsageDimension);
  if (place >= 0) {
    return sql`${sql.ref(`d${place}`)} ${direction}`;
  }
  if (by === 'concurrentConnections') {
    return sql`${averageOf(plan)} ${direction}`;
  }
  const name = measures[by as UsageMeasure];
  assert(name !== undefined, 'the dataset has what it is ordered by');
  return sql`sum(${sql.ref(name)}) ${direction}`;
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
