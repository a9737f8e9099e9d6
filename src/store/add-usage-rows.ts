import { type Kysely, sql } from 'kysely';
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

/** Adds some rows of a delta to what a level's table has of their bucket. */
export async function addUsageRows(
  db: Kysely<Schema>,
  level: UsageLevel,
  { minute, node }: UsageDelta,
  rows: readonly UsageRow[],
): Promise<void> {
  const { table, bucket, lengthMs, key } = USAGE_TABLES[level];
  const start = minute - (minute % lengthMs);
  const columns = [bucket, ...NAMES, ...COUNTS].map((name) => sql.ref(name));
  const sums = COUNTS.map(
    (name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
  );
  await sql`
    insert into ${sql.table(table)} (${sql.join(columns)})
    values ${sql.join(rows.map((row) => listValues(row, start, node)))}
    on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(sums)}`.execute(db);
}

function listValues(row: UsageRow, start: number, node: string) {
  const names = [row.keyUid, row.username, row.transport, node, row.accountId, row.customIdentifier];
  const bytesAndPackets = [row.ingressBytes, row.ingressPackets, row.egressBytes, row.egressPackets];
  return sql`(${sql.join([start, ...names, ...bytesAndPackets, row.allocationsStarted, row.allocationMs])})`;
}
