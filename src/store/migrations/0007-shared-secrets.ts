import { type Kysely, sql } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/**
 * The secrets that keys share with programs which make their own credentials. Usernames of such programs are not unique in
 * the installation, so that revoked ones are now kept by key; and their credentials can be asked for with a key's token alone.
 */
export async function addSharedSecrets(db: Kysely<unknown>, flavor: SqlFlavor): Promise<void> {
  await db.schema
    .createTable('shared_secrets')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('key_uid', 'text', (column) => column.notNull().references('turn_keys.uid'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('created_at', flavor.wholeNumber, (column) => column.notNull())
    .modifyEnd(flavor.tableEnd)
    .execute();
  await db.schema.createIndex('turn_keys_by_token').on('turn_keys').column('token_hash').execute();
  await db.schema.createIndex('turn_keys_by_previous_token').on('turn_keys').column('previous_token_hash').execute();
  await keepRevocationsByKey(db, flavor);
}

/** A primary key cannot be changed everywhere, so the rows move to another table. */
async function keepRevocationsByKey(db: Kysely<unknown>, { wholeNumber, clusteredTableEnd }: SqlFlavor): Promise<void> {
  await db.schema.alterTable('username_revocations').renameTo('former_username_revocations').execute();
  await db.schema.dropIndex('username_revocations_by_expiry').execute();
  await db.schema
    .createTable('username_revocations')
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('expires_at', wholeNumber, (column) => column.notNull())
    .addColumn('revoked_at', wholeNumber, (column) => column.notNull())
    .addPrimaryKeyConstraint('username_revocations_key', ['key_uid', 'username'])
    .modifyEnd(clusteredTableEnd)
    .execute();
  await sql`
    insert into username_revocations (key_uid, username, expires_at, revoked_at)
    select key_uid, username, expires_at, revoked_at from former_username_revocations`.execute(db);
  await db.schema.dropTable('former_username_revocations').execute();
  await db.schema
    .createIndex('username_revocations_by_expiry')
    .on('username_revocations')
    .column('expires_at')
    .execute();
}
