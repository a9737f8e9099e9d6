import type { Kysely } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** The token that a key had before its present one, and until when it is still good. */
export async function addRolledKeys(db: Kysely<unknown>, { wholeNumber }: SqlFlavor): Promise<void> {
  await db.schema.alterTable('turn_keys').addColumn('previous_token_hash', 'text').execute();
  await db.schema.alterTable('turn_keys').addColumn('previous_token_until', wholeNumber).execute();
}
