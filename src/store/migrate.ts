import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { StoreError } from '../control/errors.ts';
import { createControlPlane } from './migrations/0001-control-plane.ts';
import { addFirstStart } from './migrations/0002-first-start.ts';
import { createAccountTokens } from './migrations/0003-account-tokens.ts';
import { addUsageRollups } from './migrations/0004-usage-rollups.ts';
import { addRolledKeys } from './migrations/0005-rolled-keys.ts';
import { createAuditLog } from './migrations/0006-audit-log.ts';
import { addSharedSecrets } from './migrations/0007-shared-secrets.ts';
import { createLimits } from './migrations/0008-limits.ts';
import { createDeniedPeers } from './migrations/0009-denied-peers.ts';
import { createWebhooks } from './migrations/0010-webhooks.ts';
import { addUsageByKey } from './migrations/0011-usage-by-key.ts';
import { createAllocationOutcomes } from './migrations/0014-allocation-outcomes.ts';
import { createPeople } from './migrations/0015-people.ts';
import { createConnectionTests } from './migrations/0017-connection-tests.ts';
import type { Schema } from './schema.ts';
import type { SqlFlavor } from './sql-flavor.ts';

type Step = (db: Kysely<unknown>, flavor: SqlFlavor) => Promise<void>;

/**
 * Every step from an empty database to the present schema, in the order of their names. A step that has been released
 * is never changed, and none goes back: an older copy of the database is what undoes an upgrade.
 */
export const MIGRATIONS: Readonly<Record<string, Step>> = {
  '0001-control-plane': createControlPlane,
  '0002-first-start': addFirstStart,
  '0003-account-tokens': createAccountTokens,
  '0004-usage-rollups': addUsageRollups,
  '0005-rolled-keys': addRolledKeys,
  '0006-audit-log': createAuditLog,
  '0007-shared-secrets': addSharedSecrets,
  '0008-limits': createLimits,
  '0009-denied-peers': createDeniedPeers,
  '0010-webhooks': createWebhooks,
  '0011-usage-by-key': addUsageByKey,
  '0014-allocation-outcomes': createAllocationOutcomes,
  '0015-people': createPeople,
  '0017-connection-tests': createConnectionTests,
};

/** What Kysely's Migrator calls the table of the steps that were taken. */
const MIGRATION_TABLE = 'kysely_migration';

/**
 * Brings a database to the schema of `migrations`, all steps in one transaction: it is migrated, or left as it was.
 * @throws {StoreError} `schema-newer` when the database has taken a step that is not among them.
 */
export async function migrate(
  db: Kysely<Schema>,
  flavor: SqlFlavor,
  migrations: Readonly<Record<string, Step>> = MIGRATIONS,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await refuseNewer(transaction, migrations);
    const migrator = new Migrator({ db: transaction, provider: provide(migrations, flavor) });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) {
      // Rethrown, so that the transaction is rolled back.
      throw error;
    }
  });
}

async function refuseNewer(db: Kysely<Schema>, migrations: Readonly<Record<string, Step>>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === MIGRATION_TABLE)) {
    return;
  }
  const taken = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)} order by name`.execute(db);
  const unknown = taken.rows.map((row) => row.name).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new StoreError(
      'schema-newer',
      `The database was migrated by a newer version of Taciturn (${unknown.join(', ')}), whose data this version ` +
        'would misread. Start that version or a newer one, or restore a copy made before the upgrade.',
    );
  }
}

function provide(migrations: Readonly<Record<string, Step>>, flavor: SqlFlavor): MigrationProvider {
  const steps: Record<string, Migration> = {};
  for (const [name, step] of Object.entries(migrations)) {
    steps[name] = { up: (db) => step(db, flavor) };
  }
  return { getMigrations: () => Promise.resolve(steps) };
}
