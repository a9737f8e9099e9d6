import type { Kysely } from 'kysely';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { LimitOverrides } from '../contract/limits.ts';
import type { LimitTable } from '../control/ports.ts';
import type { Schema } from './schema.ts';

export class SqlLimitTable implements LimitTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async findOfAccount(accountId: AccountId): Promise<ReadonlyMap<KeyUid | undefined, LimitOverrides>> {
    const rows = await this.#reader
      .selectFrom('limit_overrides')
      .select(['key_uid', 'limits'])
      .where('account_id', '=', accountId)
      .execute();
    return new Map(rows.map((row) => [toKeyUid(row.key_uid), JSON.parse(row.limits) as LimitOverrides] as const));
  }

  async put(accountId: AccountId, keyUid: KeyUid | undefined, overrides: LimitOverrides): Promise<void> {
    if (Object.keys(overrides).length === 0) {
      await this.#db
        .deleteFrom('limit_overrides')
        .where('account_id', '=', accountId)
        .where('key_uid', '=', keyUid ?? '')
        .execute();
      return;
    }
    const limits = JSON.stringify(overrides);
    await this.#db
      .insertInto('limit_overrides')
      .values({ account_id: accountId, key_uid: keyUid ?? '', limits })
      .onConflict((conflict) => conflict.columns(['account_id', 'key_uid']).doUpdateSet({ limits }))
      .execute();
  }
}

/** A row without a key's uid is the account's own. */
export function toKeyUid(text: string): KeyUid | undefined {
  return text === '' ? undefined : (text as KeyUid);
}
