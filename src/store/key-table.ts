import type { Kysely, Selectable } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { KeyTable, PreviousToken, StoredKey, TurnKey } from '../control/ports.ts';
import type { Schema, TurnKeyRow } from './schema.ts';

export class SqlKeyTable implements KeyTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(uid: KeyUid): Promise<StoredKey | undefined> {
    const row = await this.#reader
      .selectFrom('turn_keys')
      .selectAll()
      .where('uid', '=', uid)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row && toStored(row);
  }

  async findByToken(tokenHash: string): Promise<StoredKey | undefined> {
    const row = await this.#reader
      .selectFrom('turn_keys')
      .selectAll()
      .where(({ eb, or }) => or([eb('token_hash', '=', tokenHash), eb('previous_token_hash', '=', tokenHash)]))
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row && toStored(row);
  }

  async list(accountId: AccountId, offset: number, limit: number): Promise<readonly TurnKey[]> {
    const rows = await this.#reader
      .selectFrom('turn_keys')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('deleted_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('uid')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toKey);
  }

  async count(accountId: AccountId): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('turn_keys')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('account_id', '=', accountId)
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async insert({ key, tokenHash, previous }: StoredKey): Promise<void> {
    await this.#db
      .insertInto('turn_keys')
      .values({
        uid: key.uid,
        account_id: key.accountId,
        name: key.name,
        token_hash: tokenHash,
        previous_token_hash: previous?.tokenHash ?? null,
        previous_token_until: previous?.validUntil ?? null,
        created_at: key.createdAt,
        modified_at: key.modifiedAt,
        deleted_at: null,
      })
      .execute();
  }

  rename(uid: KeyUid, name: string, modifiedAt: UnixMs): Promise<boolean> {
    return this.#update(uid, { name, modified_at: modifiedAt });
  }

  replaceToken({ key, tokenHash, previous }: StoredKey): Promise<boolean> {
    return this.#update(key.uid, {
      token_hash: tokenHash,
      previous_token_hash: previous?.tokenHash ?? null,
      previous_token_until: previous?.validUntil ?? null,
      modified_at: key.modifiedAt,
    });
  }

  markDeleted(uid: KeyUid, deletedAt: UnixMs): Promise<boolean> {
    return this.#update(uid, { deleted_at: deletedAt });
  }

  async #update(uid: KeyUid, change: Partial<TurnKeyRow>): Promise<boolean> {
    const result = await this.#db
      .updateTable('turn_keys')
      .set(change)
      .where('uid', '=', uid)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }
}

function toStored(row: Selectable<TurnKeyRow>): StoredKey {
  return { key: toKey(row), tokenHash: row.token_hash, previous: toPrevious(row) };
}

function toKey(row: Selectable<TurnKeyRow>): TurnKey {
  return {
    uid: row.uid as KeyUid,
    accountId: row.account_id as AccountId,
    name: row.name,
    createdAt: row.created_at as UnixMs,
    modifiedAt: row.modified_at as UnixMs,
  };
}

function toPrevious(row: Selectable<TurnKeyRow>): PreviousToken | undefined {
  const { previous_token_hash: tokenHash, previous_token_until: validUntil } = row;
  return tokenHash === null || validUntil === null ? undefined : { tokenHash, validUntil: validUntil as UnixMs };
}
