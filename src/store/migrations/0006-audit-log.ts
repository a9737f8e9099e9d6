import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** Who did what. */
export async function createAuditLog(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  const { wholeNumber, tableEnd, countedKey } = flavor;
  await db.schema
    .createTable('audit_entries')
    .addColumn('number', wholeNumber, countedKey)
    .addColumn('at', wholeNumber, (column) => column.notNull())
    .addColumn('account_id', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('resource_id', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('actor_kind', 'text', (column) => column.notNull())
    .addColumn('actor_id', 'text', (column) => column.notNull())
    .addColumn('actor_name', 'text', (column) => column.notNull())
    .addColumn('actor_address', 'text', (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  const indexes = {
    audit_entries_in_order: ['at', 'number'],
    audit_entries_of_account: ['account_id', 'at', 'number'],
    audit_entries_of_resource: ['resource_id', 'at', 'number'],
  };
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema.createIndex(name).on('audit_entries').columns(columns).execute();
  }
}
