import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** Webhooks of accounts, and the events that wait to be delivered to them. */
export async function createWebhooks(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  const { wholeNumber, tableEnd } = flavor;
  await db.schema
    .createTable('webhooks')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('events', 'text', (column) => column.notNull())
    .addColumn('thresholds', 'text', (column) => column.notNull())
    .addColumn('enabled', wholeNumber, (column) => column.notNull())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .addColumn('modified_at', wholeNumber, (column) => column.notNull())
    .addColumn('secret_generation', wholeNumber, (column) => column.notNull())
    .addColumn('previous_secret_until', wholeNumber)
    .addColumn('last_status', wholeNumber)
    .addColumn('last_error', 'text')
    .addColumn('failing_since', wholeNumber)
    .addColumn('failures', wholeNumber, (column) => column.notNull())
    .addColumn('retry_at', wholeNumber, (column) => column.notNull())
    .addColumn('events_dropped', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema.createIndex('webhooks_by_account').on('webhooks').column('account_id').execute();
  await db.schema
    .createTable('webhook_outbox')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('webhook_id', 'text', (column) => column.notNull().references('webhooks.id'))
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('queued_at', wholeNumber, (column) => column.notNull())
    .addColumn('attempts', wholeNumber, (column) => column.notNull())
    .addColumn('due_at', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema.createIndex('webhook_outbox_by_due').on('webhook_outbox').columns(['webhook_id', 'due_at']).execute();
}
