import { setImmediate } from 'node:timers/promises';
import { type CompiledQuery, type DialectAdapter, type Kysely, type RawBuilder, sql } from 'kysely';
import { ROWS_PER_STATEMENT_MAX } from '../base/limits.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import type { UsageSource } from '../control/usage-dimension.ts';
import type { Schema } from './schema.ts';
import { SOURCE_COLUMNS, type UsageTableFacts } from './usage-tables.ts';

/** The columns that are added up, and what of a row is added to them. */
const COUNTS = {
  ingress_bytes: 'ingressBytes',
  ingress_packets: 'ingressPackets',
  egress_bytes: 'egressBytes',
  egress_packets: 'egressPackets',
  allocations_started: 'allocationsStarted',
  allocation_ms: 'allocationMs',
} as const satisfies Readonly<Record<string, keyof UsageRow>>;

const countColumns = Object.keys(COUNTS) as (keyof typeof COUNTS)[];
const countMembers = Object.values(COUNTS);

/** Adds a delta's rows to what a table has of their bucket. */
export async function addUsageRows(db: Kysely<Schema>, facts: UsageTableFacts, delta: UsageDelta): Promise<void> {
  const rows = mergeUsageRows(delta.rows, facts.sources);
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT_MAX) {
    const some = rows.slice(at, at + ROWS_PER_STATEMENT_MAX);
    const values = some.map((row) => listValues(row, facts, delta));
    const query = compileUpsert(db, facts, values);
    await db.executeQuery({ ...query, parameters: values.flat() });
    // A long delta must not keep the main thread from answering HTTP.
    await setImmediate();
  }
}

/** The upserts of full length, by table and for each kind of database: their text is the same in every report. */
const fullUpserts = new WeakMap<DialectAdapter, Map<string, CompiledQuery>>();

function compileUpsert(
  db: Kysely<Schema>,
  facts: UsageTableFacts,
  values: readonly UsageRowValues[],
): CompiledQuery<unknown> {
  if (values.length < ROWS_PER_STATEMENT_MAX) {
    return buildUpsert(facts, values).compile(db);
  }
  const { adapter } = db.getExecutor();
  const known = fullUpserts.get(adapter) ?? new Map<string, CompiledQuery>();
  fullUpserts.set(adapter, known);
  const query = known.get(facts.table) ?? buildUpsert(facts, values).compile(db);
  // The values of this one are not kept.
  known.set(facts.table, { ...query, parameters: [] });
  return query;
}

/** Its parameters are the values, and nothing else. */
function buildUpsert(
  { table, bucket, key, sources }: UsageTableFacts,
  values: readonly UsageRowValues[],
): RawBuilder<unknown> {
  const columns = [bucket, 'account_id', ...sources.map((source) => SOURCE_COLUMNS[source]), ...countColumns];
  const sums = countColumns.map(
    (name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
  );
  return sql`
    insert into ${sql.table(table)} (${sql.join(columns.map((name) => sql.ref(name)))})
    values ${sql.join(values.map((row) => sql`(${sql.join([...row])})`))}
    on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(sums)}`;
}

type UsageRowValues = readonly (string | number)[];

function listValues(
  row: UsageRow,
  { lengthMs, sources }: UsageTableFacts,
  { minute, node }: UsageDelta,
): UsageRowValues {
  const start = minute - (minute % lengthMs);
  const names = sources.map((source) => readSource(row, source, node));
  return [start, row.accountId, ...names, ...countMembers.map((member) => row[member])];
}

/** The rows of one delta, as few as a table that tells only `sources` apart needs. */
function mergeUsageRows(rows: readonly UsageRow[], sources: readonly UsageSource[]): readonly UsageRow[] {
  if (sources.includes('username')) {
    // A delta has no two rows of the same username, key and transport.
    return rows;
  }
  const merged = new Map<string, UsageRow>();
  for (const row of rows) {
    const names = JSON.stringify([row.accountId, ...sources.map((source) => readSource(row, source, ''))]);
    const before = merged.get(names);
    merged.set(names, before === undefined ? row : addCounts(before, row));
  }
  return [...merged.values()];
}

function addCounts(a: UsageRow, b: UsageRow): UsageRow {
  return { ...a, ...Object.fromEntries(countMembers.map((member) => [member, a[member] + b[member]])) };
}

function readSource(row: UsageRow, source: UsageSource, node: string): string {
  switch (source) {
    case 'keyId':
      return row.keyUid;
    case 'node':
      return node;
    default:
      return row[source];
  }
}
