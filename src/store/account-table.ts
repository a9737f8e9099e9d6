import type { Kysely, Selectable } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Account, AccountTable } from '../control/ports.ts';
import type { AccountRow, Schema } from './schema.ts';

export class SqlAccountTable implements AccountTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(id: AccountId): Promise<Account | undefined> {
    const row = await this.#reader.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toAccount(row);
  }

  async list(offset: number, limit: number): Promise<readonly Account[]> {
    const rows = await this.#reader
      .selectFrom('accounts')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toAccount);
  }

  async count(): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('accounts')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async insert(account: Account): Promise<void> {
    await this.#db
      .insertInto('accounts')
      .values({ id: account.id, name: account.name, created_at: account.createdAt })
      .execute();
  }
}

function toAccount(row: Selectable<AccountRow>): Account {
  return { id: row.id as AccountId, name: row.name, createdAt: row.created_at as UnixMs };
}
