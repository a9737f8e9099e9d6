import type { Kysely, Selectable } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Permission } from '../control/permission.ts';
import type { AccountToken, AccountTokenTable } from '../control/ports.ts';
import type { AccountTokenRow, Schema } from './schema.ts';

export class SqlAccountTokenTable implements AccountTokenTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  find(id: string): Promise<AccountToken | undefined> {
    return this.#findBy('id', id);
  }

  findByHash(tokenHash: string): Promise<AccountToken | undefined> {
    return this.#findBy('token_hash', tokenHash);
  }

  async list(accountId: AccountId, offset: number, limit: number): Promise<readonly AccountToken[]> {
    const rows = await this.#reader
      .selectFrom('account_tokens')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toToken);
  }

  async count(accountId: AccountId): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('account_tokens')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async insert(token: AccountToken, tokenHash: string): Promise<void> {
    await this.#db
      .insertInto('account_tokens')
      .values({
        id: token.id,
        account_id: token.accountId,
        name: token.name,
        token_hash: tokenHash,
        permissions: JSON.stringify(token.permissions),
        created_at: token.createdAt,
        expires_at: token.expiresAt ?? null,
        last_used_at: token.lastUsedAt ?? null,
      })
      .execute();
  }

  async update({ id, name, permissions, expiresAt }: AccountToken): Promise<void> {
    await this.#db
      .updateTable('account_tokens')
      .set({ name, permissions: JSON.stringify(permissions), expires_at: expiresAt ?? null })
      .where('id', '=', id)
      .execute();
  }

  async noteUse(id: string, usedAt: UnixMs): Promise<void> {
    await this.#db.updateTable('account_tokens').set({ last_used_at: usedAt }).where('id', '=', id).execute();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('account_tokens').where('id', '=', id).execute();
  }

  async #findBy(column: 'id' | 'token_hash', value: string): Promise<AccountToken | undefined> {
    const row = await this.#reader
      .selectFrom('account_tokens')
      .selectAll()
      .where(column, '=', value)
      .executeTakeFirst();
    return row && toToken(row);
  }
}

function toToken(row: Selectable<AccountTokenRow>): AccountToken {
  return {
    id: row.id,
    accountId: row.account_id as AccountId,
    name: row.name,
    permissions: JSON.parse(row.permissions) as readonly Permission[],
    createdAt: row.created_at as UnixMs,
    expiresAt: (row.expires_at ?? undefined) as UnixMs | undefined,
    lastUsedAt: (row.last_used_at ?? undefined) as UnixMs | undefined,
  };
}
