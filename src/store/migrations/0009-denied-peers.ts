import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** Peers that were denied to the credentials of a key. */
export async function createDeniedPeers(
  db: Kysely<unknown>,
  { wholeNumber, clusteredTableEnd }: SqlFlavor,
): Promise<void> {
  await db.schema
    .createTable('denied_peers')
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('range', 'text', (column) => column.notNull())
    .addColumn('denials', wholeNumber, (column) => column.notNull())
    .addColumn('first_denied_at', wholeNumber, (column) => column.notNull())
    .addColumn('last_denied_at', wholeNumber, (column) => column.notNull())
    .addPrimaryKeyConstraint('denied_peers_key', ['key_uid', 'address', 'rule'])
    .modifyEnd(clusteredTableEnd)
    .execute();
  await db.schema
    .createIndex('denied_peers_by_time')
    .on('denied_peers')
    .columns(['key_uid', 'last_denied_at'])
    .execute();
  await db.schema.createIndex('denied_peers_by_age').on('denied_peers').column('last_denied_at').execute();
}
