import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { OneTimeToken, OneTimeTokenTable } from '../control/people/person.ts';
import { writeTransaction } from './in-transaction.ts';
import type { Schema } from './schema.ts';

export class SqlOneTimeTokenTable implements OneTimeTokenTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async findByHash(tokenHash: string): Promise<OneTimeToken | undefined> {
    const row = await this.#reader
      .selectFrom('one_time_tokens')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return (
      row && {
        tokenHash: row.token_hash,
        personId: row.person_id ?? undefined,
        expiresAt: (row.expires_at ?? undefined) as UnixMs | undefined,
      }
    );
  }

  replace(token: OneTimeToken): Promise<void> {
    const personId = token.personId ?? null;
    const expiresAt = token.expiresAt ?? null;
    return writeTransaction(this.#db, async (db) => {
      // `is` finds null as well, which is nobody's and equal to nothing.
      await db
        .deleteFrom('one_time_tokens')
        .where('person_id', personId === null ? 'is' : '=', personId)
        .execute();
      await db
        .insertInto('one_time_tokens')
        .values({ token_hash: token.tokenHash, person_id: personId, expires_at: expiresAt })
        .execute();
    });
  }

  async remove(tokenHash: string): Promise<void> {
    await this.#db.deleteFrom('one_time_tokens').where('token_hash', '=', tokenHash).execute();
  }

  async prune(now: UnixMs): Promise<void> {
    await this.#db.deleteFrom('one_time_tokens').where('expires_at', '<=', now).execute();
  }
}
