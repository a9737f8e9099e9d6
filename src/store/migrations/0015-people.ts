import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** People, the browsers in which they are signed in, links that are good once, and passkeys. */
export async function createPeople(db: Kysely<unknown>, { wholeNumber, tableEnd }: SqlFlavor): Promise<void> {
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text')
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .addColumn('last_seen_at', wholeNumber)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('person_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .addColumn('last_used_at', wholeNumber, (column) => column.notNull())
    .addColumn('client_address', 'text', (column) => column.notNull())
    .addColumn('user_agent', 'text', (column) => column.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('one_time_tokens')
    .addColumn('token_hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('person_id', 'text', (column) => column.references('people.id'))
    .addColumn('expires_at', wholeNumber)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('passkeys')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('counter', wholeNumber, (column) => column.notNull())
    .addColumn('transports', 'text', (column) => column.notNull())
    .addColumn('created_at', wholeNumber, (column) => column.notNull())
    .addColumn('last_used_at', wholeNumber)
    .modifyEnd(tableEnd)
    .execute();
  for (const table of ['person_sessions', 'one_time_tokens', 'passkeys']) {
    await db.schema.createIndex(`${table}_of_person`).on(table).column('person_id').execute();
  }
}
