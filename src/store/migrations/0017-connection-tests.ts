import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** Connection tests that links open, and what those who opened them sent. */
export async function createConnectionTests(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  const { wholeNumber, tableEnd, clusteredTableEnd } = flavor;
  await db.schema
    .createTable('connection_tests')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('key_uid', 'text', (column) => column.notNull().references('turn_keys.uid'))
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .addColumn('expires_at', wholeNumber, (column) => column.notNull())
    .addColumn('uses', wholeNumber, (column) => column.notNull())
    .addColumn('last_opened_at', wholeNumber)
    .addColumn('results', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema.createIndex('connection_tests_by_account').on('connection_tests').column('account_id').execute();
  await db.schema.createIndex('connection_tests_by_expiry').on('connection_tests').column('expires_at').execute();
  await db.schema
    .createTable('connection_test_results')
    .addColumn('test_id', 'text', (column) => column.notNull().references('connection_tests.id'))
    .addColumn('number', wholeNumber, (column) => column.notNull())
    .addColumn('received_at', wholeNumber, (column) => column.notNull())
    .addColumn('report', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('connection_test_results_key', ['test_id', 'number'])
    .modifyEnd(clusteredTableEnd)
    .execute();
}
