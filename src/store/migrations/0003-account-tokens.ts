import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** The tokens of the management API that belong to one account each. */
export async function createAccountTokens(db: Kysely<unknown>, { wholeNumber, tableEnd }: SqlFlavor): Promise<void> {
  await db.schema
    .createTable('account_tokens')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('permissions', 'text', (column) => column.notNull())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .addColumn('expires_at', wholeNumber)
    .addColumn('last_used_at', wholeNumber)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createIndex('account_tokens_of_account')
    .on('account_tokens')
    .columns(['account_id', 'created_at desc', 'id'])
    .execute();
}
