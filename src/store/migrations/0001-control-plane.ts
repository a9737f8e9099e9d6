import { type Kysely, sql } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** Installation, accounts, tokens, keys, revocations, the change log, and usage per minute. */
export async function createControlPlane(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  await createOwners(db, flavor);
  await createChangeLog(db, flavor);
  await createRevocations(db, flavor);
  await createUsage(db, flavor);
}

async function createOwners(db: Kysely<unknown>, { wholeNumber, tableEnd }: SqlFlavor): Promise<void> {
  await db.schema
    .createTable('installation')
    .addColumn('id', wholeNumber, (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('default_account_id', 'text', (column) => column.notNull())
    .addColumn('master_secret_fingerprint', 'text', (column) => column.notNull())
    .addColumn('longest_ttl_seconds', wholeNumber, (column) => column.notNull())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('accounts')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('api_tokens')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('turn_keys')
    .addColumn('uid', 'text', (column) => column.primaryKey().notNull())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .addColumn('modified_at', wholeNumber, (column) => column.notNull())
    .addColumn('deleted_at', wholeNumber)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createIndex('turn_keys_of_account')
    .on('turn_keys')
    .columns(['account_id', 'created_at desc', 'uid'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
}

async function createChangeLog(db: Kysely<unknown>, { wholeNumber, tableEnd }: SqlFlavor): Promise<void> {
  await db.schema
    .createTable('change_sequence')
    .addColumn('id', wholeNumber, (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('seq', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await sql`insert into change_sequence (id, seq) values (1, 0)`.execute(db);
  await db.schema
    .createTable('change_log')
    .addColumn('seq', wholeNumber, (column) => column.primaryKey())
    .addColumn('change', 'text', (column) => column.notNull())
    .addColumn('logged_at', wholeNumber, (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
}

async function createRevocations(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  const { wholeNumber, clusteredTableEnd } = flavor;
  await db.schema
    .createTable('username_revocations')
    .addColumn('username', 'text', (column) => column.primaryKey().notNull())
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('expires_at', wholeNumber, (column) => column.notNull())
    .addColumn('revoked_at', wholeNumber, (column) => column.notNull())
    .modifyEnd(clusteredTableEnd)
    .execute();
  await db.schema
    .createIndex('username_revocations_by_expiry')
    .on('username_revocations')
    .column('expires_at')
    .execute();
  await db.schema
    .createTable('credential_revocations')
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('custom_identifier', 'text', (column) => column.notNull())
    .addColumn('issued_before', wholeNumber, (column) => column.notNull())
    .addColumn('expires_at', wholeNumber, (column) => column.notNull())
    .addColumn('revoked_at', wholeNumber, (column) => column.notNull())
    .addPrimaryKeyConstraint('credential_revocations_key', ['key_uid', 'custom_identifier'])
    .modifyEnd(clusteredTableEnd)
    .execute();
  await db.schema
    .createIndex('credential_revocations_by_expiry')
    .on('credential_revocations')
    .column('expires_at')
    .execute();
}

async function createUsage(db: Kysely<unknown>, { wholeNumber, clusteredTableEnd }: SqlFlavor): Promise<void> {
  await db.schema
    .createTable('usage_minutes')
    .addColumn('minute', wholeNumber, (column) => column.notNull())
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('transport', 'text', (column) => column.notNull())
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('custom_identifier', 'text', (column) => column.notNull())
    .addColumn('ingress_bytes', wholeNumber, (column) => column.notNull())
    .addColumn('ingress_packets', wholeNumber, (column) => column.notNull())
    .addColumn('egress_bytes', wholeNumber, (column) => column.notNull())
    .addColumn('egress_packets', wholeNumber, (column) => column.notNull())
    .addColumn('allocations_started', wholeNumber, (column) => column.notNull())
    .addColumn('allocation_ms', wholeNumber, (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_minutes_key', ['minute', 'key_uid', 'username', 'transport', 'node'])
    .modifyEnd(clusteredTableEnd)
    .execute();
  await db.schema
    .createTable('usage_sources')
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('boot', 'text', (column) => column.notNull())
    .addColumn('worker', wholeNumber, (column) => column.notNull())
    .addColumn('last_n', wholeNumber, (column) => column.notNull())
    .addColumn('applied_at', wholeNumber, (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_sources_key', ['node', 'boot', 'worker'])
    .modifyEnd(clusteredTableEnd)
    .execute();
}
