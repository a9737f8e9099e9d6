import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

const TABLES = [
  { table: 'outcome_minutes', bucket: 'minute' },
  { table: 'outcome_hours', bucket: 'hour' },
  { table: 'outcome_days', bucket: 'day' },
] as const;

/** What became of the allocations of each key: how many started and ended, and what was refused and why. */
export async function createAllocationOutcomes(
  db: Kysely<unknown>,
  { wholeNumber, clusteredTableEnd }: SqlFlavor,
): Promise<void> {
  for (const { table, bucket } of TABLES) {
    await db.schema
      .createTable(table)
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn(bucket, wholeNumber, (column) => column.notNull())
      .addColumn('key_uid', 'text', (column) => column.notNull())
      .addColumn('transport', 'text', (column) => column.notNull())
      .addColumn('node', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('occurrences', wholeNumber, (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, ['account_id', bucket, 'key_uid', 'transport', 'node', 'outcome'])
      .modifyEnd(clusteredTableEnd)
      .execute();
  }
}
