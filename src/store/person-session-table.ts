import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { PersonSession, PersonSessionTable } from '../control/people/person.ts';
import type { PersonSessionRow } from './people-rows.ts';
import type { Schema } from './schema.ts';

export class SqlPersonSessionTable implements PersonSessionTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async findByHash(tokenHash: string): Promise<PersonSession | undefined> {
    const row = await this.#reader
      .selectFrom('person_sessions')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row && toSession(row);
  }

  async list(personId: string): Promise<readonly PersonSession[]> {
    const rows = await this.#reader
      .selectFrom('person_sessions')
      .selectAll()
      .where('person_id', '=', personId)
      .orderBy('last_used_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toSession);
  }

  async insert(session: PersonSession): Promise<void> {
    await this.#db
      .insertInto('person_sessions')
      .values({
        id: session.id,
        person_id: session.personId,
        token_hash: session.tokenHash,
        created_at: session.createdAt,
        last_used_at: session.lastUsedAt,
        client_address: session.clientAddress,
        user_agent: session.userAgent,
      })
      .execute();
  }

  async noteUse(id: string, at: UnixMs): Promise<void> {
    await this.#db.updateTable('person_sessions').set({ last_used_at: at }).where('id', '=', id).execute();
    await this.#db
      .updateTable('people')
      .set({ last_seen_at: at })
      .where('id', 'in', (select) => select.selectFrom('person_sessions').select('person_id').where('id', '=', id))
      .execute();
  }

  async remove(personId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('person_sessions')
      .where('id', '=', id)
      .where('person_id', '=', personId)
      .executeTakeFirst();
    return Number(numDeletedRows) > 0;
  }

  async removeOfPerson(personId: string, keptId = ''): Promise<void> {
    await this.#db.deleteFrom('person_sessions').where('person_id', '=', personId).where('id', '!=', keptId).execute();
  }

  async prune(usedBefore: UnixMs, createdBefore: UnixMs, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('person_sessions')
      .where('id', 'in', (select) =>
        select
          .selectFrom('person_sessions')
          .select('id')
          .where((builder) =>
            builder.or([builder('last_used_at', '<', usedBefore), builder('created_at', '<', createdBefore)]),
          )
          .limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}

function toSession(row: PersonSessionRow): PersonSession {
  return {
    id: row.id,
    personId: row.person_id,
    tokenHash: row.token_hash,
    createdAt: row.created_at as UnixMs,
    lastUsedAt: row.last_used_at as UnixMs,
    clientAddress: row.client_address,
    userAgent: row.user_agent,
  };
}
