import { CompiledQuery, type Kysely, sql } from 'kysely';
import { USAGE_ROWS_PER_STATEMENT } from '../base/limits.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import type { UsageLevel } from '../control/usage-plan.ts';
import type { Schema } from './schema.ts';
import { USAGE_TABLES } from './usage-tables.ts';

const COUNTS = [
  'ingress_bytes',
  'ingress_packets',
  'egress_bytes',
  'egress_packets',
  'allocations_started',
  'allocation_ms',
] as const;
const NAMES = ['key_uid', 'username', 'transport', 'node', 'account_id', 'custom_identifier'] as const;

type Value = string | number;

/**
 * Statements that write as many rows as one may, by the database's dialect and the level. Making the text of one takes longer than
 * running it, and meanwhile the main thread does nothing else.
 */
const fullStatements = new WeakMap<object, Map<UsageLevel, string>>();

/** Adds some rows of a delta to what a level's table has of their bucket. */
export async function addUsageRows(
  db: Kysely<Schema>,
  level: UsageLevel,
  { minute, node }: UsageDelta,
  rows: readonly UsageRow[],
): Promise<void> {
  const start = minute - (minute % USAGE_TABLES[level].lengthMs);
  const values = rows.map((row) => listValues(row, start, node));
  const text = rows.length === USAGE_ROWS_PER_STATEMENT ? fullStatement(db, level, values) : compile(db, level, values);
  await db.executeQuery(CompiledQuery.raw(text, values.flat()));
}

function fullStatement(db: Kysely<Schema>, level: UsageLevel, values: readonly Value[][]): string {
  const { adapter } = db.getExecutor();
  const texts = fullStatements.get(adapter) ?? new Map<UsageLevel, string>();
  fullStatements.set(adapter, texts);
  const text = texts.get(level) ?? compile(db, level, values);
  texts.set(level, text);
  return text;
}

/** The text of the statement, with a parameter for each value in their order. */
function compile(db: Kysely<Schema>, level: UsageLevel, values: readonly Value[][]): string {
  const { table, bucket, key } = USAGE_TABLES[level];
  const columns = [bucket, ...NAMES, ...COUNTS].map((name) => sql.ref(name));
  const sums = COUNTS.map(
    (name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
  );
  return sql`
    insert into ${sql.table(table)} (${sql.join(columns)})
    values ${sql.join(values.map((row) => sql`(${sql.join(row)})`))}
    on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(sums)}`.compile(db).sql;
}

function listValues(row: UsageRow, start: number, node: string): Value[] {
  const names = [row.keyUid, row.username, row.transport, node, row.accountId, row.customIdentifier];
  const bytesAndPackets = [row.ingressBytes, row.ingressPackets, row.egressBytes, row.egressPackets];
  return [start, ...names, ...bytesAndPackets, row.allocationsStarted, row.allocationMs];
}
