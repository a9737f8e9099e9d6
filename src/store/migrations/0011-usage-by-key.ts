import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

const TABLES = [
  { table: 'usage_key_minutes', from: 'usage_minutes', bucket: 'minute', sources: ['key_uid'] },
  { table: 'usage_key_hours', from: 'usage_hours', bucket: 'hour', sources: ['key_uid', 'transport', 'node'] },
  { table: 'usage_key_days', from: 'usage_days', bucket: 'day', sources: ['key_uid', 'transport', 'node'] },
  { table: 'usage_identifier_days', from: 'usage_days', bucket: 'day', sources: ['custom_identifier', 'key_uid'] },
] as const;

const COUNTS = [
  'ingress_bytes',
  'ingress_packets',
  'egress_bytes',
  'egress_packets',
  'allocations_started',
  'allocation_ms',
] as const;

/**
 * Usage summed up over usernames, which is what most questions are about: a day has thousands of usernames, and tens of
 * keys. What is there is summed up here; from now on each delta adds to these tables, too.
 */
export async function addUsageByKey(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  for (const { table, from, bucket, sources } of TABLES) {
    const key = ['account_id', bucket, ...sources];
    let builder: CreateTableBuilder<string, string> = db.schema.createTable(table);
    for (const name of key) {
      builder = builder.addColumn(name, name === bucket ? flavor.wholeNumber : 'text', (column) => column.notNull());
    }
    for (const name of COUNTS) {
      builder = builder.addColumn(name, flavor.wholeNumber, (column) => column.notNull());
    }
    await builder.addPrimaryKeyConstraint(`${table}_key`, key).modifyEnd(flavor.clusteredTableEnd).execute();
    const names = sql.join(key.map((name) => sql.ref(name)));
    const sums = sql.join(COUNTS.map((name) => sql`sum(${sql.ref(name)})`));
    await sql`insert into ${sql.table(table)} select ${names}, ${sums} from ${sql.table(from)} group by ${names}`.execute(
      db,
    );
  }
}
