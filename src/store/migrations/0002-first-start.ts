import { type Kysely, sql } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** When a start first came to its end. Installations of before have printed their admin token already. */
export async function addFirstStart(db: Kysely<unknown>, { wholeNumber }: SqlFlavor): Promise<void> {
  await db.schema.alterTable('installation').addColumn('started_at', wholeNumber).execute();
  await sql`update installation set started_at = created_at`.execute(db);
}
