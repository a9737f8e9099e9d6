import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Account, AccountTable } from '../control/ports.ts';
import type { Schema } from './schema.ts';

export class SqlAccountTable implements AccountTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(id: AccountId): Promise<Account | undefined> {
    const row = await this.#reader.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
    return row && { id: row.id as AccountId, name: row.name, createdAt: row.created_at as UnixMs };
  }

  async insert(account: Account): Promise<void> {
    await this.#db
      .insertInto('accounts')
      .values({ id: account.id, name: account.name, created_at: account.createdAt })
      .execute();
  }
}
