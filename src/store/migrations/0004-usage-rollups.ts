import { type Kysely, sql } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/**
 * Usage by the hour and by the day, and the labels of nodes. An account's rows lie together, since that is how they are
 * read. Minutes of before are summed up here; from now on each delta adds to all three.
 */
export async function addUsageRollups(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  for (const [table, bucket, lengthMs] of [
    ['usage_hours', 'hour', 3_600_000],
    ['usage_days', 'day', 86_400_000],
  ] as const) {
    await createRollup(db, flavor, table, bucket);
    await sumUpMinutes(db, table, lengthMs);
  }
  await db.schema
    .createTable('nodes')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('city', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('country', 'text', (column) => column.notNull())
    .addColumn('region', 'text', (column) => column.notNull())
    .modifyEnd(flavor.tableEnd)
    .execute();
}

async function createRollup(
  db: Kysely<unknown>,
  { wholeNumber, clusteredTableEnd }: SqlFlavor,
  table: string,
  bucket: string,
): Promise<void> {
  await db.schema
    .createTable(table)
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn(bucket, wholeNumber, (column) => column.notNull())
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('transport', 'text', (column) => column.notNull())
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('custom_identifier', 'text', (column) => column.notNull())
    .addColumn('ingress_bytes', wholeNumber, (column) => column.notNull())
    .addColumn('ingress_packets', wholeNumber, (column) => column.notNull())
    .addColumn('egress_bytes', wholeNumber, (column) => column.notNull())
    .addColumn('egress_packets', wholeNumber, (column) => column.notNull())
    .addColumn('allocations_started', wholeNumber, (column) => column.notNull())
    .addColumn('allocation_ms', wholeNumber, (column) => column.notNull())
    .addPrimaryKeyConstraint(`${table}_key`, ['account_id', bucket, 'key_uid', 'username', 'transport', 'node'])
    .modifyEnd(clusteredTableEnd)
    .execute();
}

async function sumUpMinutes(db: Kysely<unknown>, table: string, lengthMs: number): Promise<void> {
  await sql`
    insert into ${sql.table(table)}
    select account_id, minute - minute % ${sql.lit(lengthMs)}, key_uid, username, transport, node,
      max(custom_identifier), sum(ingress_bytes), sum(ingress_packets), sum(egress_bytes), sum(egress_packets),
      sum(allocations_started), sum(allocation_ms)
    from usage_minutes group by 1, 2, 3, 4, 5, 6`.execute(db);
}
