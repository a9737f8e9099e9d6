import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Installation, InstallationTable } from '../control/ports.ts';
import type { Schema } from './schema.ts';

/** The only row's id. */
const ONLY = 1;

export class SqlInstallationTable implements InstallationTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async read(): Promise<Installation | undefined> {
    const row = await this.#reader.selectFrom('installation').selectAll().where('id', '=', ONLY).executeTakeFirst();
    if (row === undefined) {
      return undefined;
    }
    return {
      nodeId: row.node_id,
      defaultAccountId: row.default_account_id as AccountId,
      masterSecretFingerprint: row.master_secret_fingerprint,
      longestTtlSeconds: row.longest_ttl_seconds,
      createdAt: row.created_at as UnixMs,
      startedAt: (row.started_at ?? undefined) as UnixMs | undefined,
    };
  }

  async put(installation: Installation): Promise<void> {
    const row = {
      node_id: installation.nodeId,
      default_account_id: installation.defaultAccountId,
      master_secret_fingerprint: installation.masterSecretFingerprint,
      longest_ttl_seconds: installation.longestTtlSeconds,
      created_at: installation.createdAt,
      started_at: installation.startedAt ?? null,
    };
    await this.#db
      .insertInto('installation')
      .values({ id: ONLY, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }
}
