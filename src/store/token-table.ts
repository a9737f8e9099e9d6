import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { ApiToken, TokenTable } from '../control/ports.ts';
import type { Schema } from './schema.ts';

export class SqlTokenTable implements TokenTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async findByHash(tokenHash: string): Promise<ApiToken | undefined> {
    const row = await this.#reader
      .selectFrom('api_tokens')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row && { id: row.id, name: row.name, tokenHash: row.token_hash, createdAt: row.created_at as UnixMs };
  }

  async put(token: ApiToken): Promise<void> {
    const row = { name: token.name, token_hash: token.tokenHash, created_at: token.createdAt };
    await this.#db
      .insertInto('api_tokens')
      .values({ id: token.id, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }
}
