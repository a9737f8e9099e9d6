import type { Kysely, Selectable } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, SharedSecretId } from '../contract/ids.ts';
import type { SharedSecretTable, StoredSharedSecret } from '../control/ports.ts';
import type { Schema, SharedSecretRow } from './schema.ts';

export class SqlSharedSecretTable implements SharedSecretTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async listAll(): Promise<readonly StoredSharedSecret[]> {
    const rows = await this.#reader
      .selectFrom('shared_secrets')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toStored);
  }

  async list(keyUid: KeyUid): Promise<readonly StoredSharedSecret[]> {
    return (await this.listAll()).filter(({ secret }) => secret.keyUid === keyUid);
  }

  async countOfAccount(accountId: AccountId): Promise<number> {
    const { count } = await this.#db
      .selectFrom('shared_secrets')
      .innerJoin('turn_keys', 'turn_keys.uid', 'shared_secrets.key_uid')
      .select(({ fn }) => fn.countAll<number | bigint>().as('count'))
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async insert({ secret, sealed }: StoredSharedSecret): Promise<void> {
    const { id, keyUid, name, createdAt } = secret;
    await this.#db
      .insertInto('shared_secrets')
      .values({ id, key_uid: keyUid, name, sealed, created_at: createdAt })
      .execute();
  }

  async reseal(id: SharedSecretId, sealed: string): Promise<void> {
    await this.#db.updateTable('shared_secrets').set({ sealed }).where('id', '=', id).execute();
  }

  async remove(id: SharedSecretId): Promise<void> {
    await this.#db.deleteFrom('shared_secrets').where('id', '=', id).execute();
  }

  async removeOfKey(keyUid: KeyUid): Promise<void> {
    await this.#db.deleteFrom('shared_secrets').where('key_uid', '=', keyUid).execute();
  }
}

function toStored(row: Selectable<SharedSecretRow>): StoredSharedSecret {
  return {
    secret: {
      id: row.id as SharedSecretId,
      keyUid: row.key_uid as KeyUid,
      name: row.name,
      createdAt: row.created_at as UnixMs,
    },
    sealed: row.sealed,
  };
}
