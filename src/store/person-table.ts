import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { Person, PersonTable, StoredPerson } from '../control/people/person.ts';
import type { PersonRole } from '../control/people/role.ts';
import { writeTransaction } from './in-transaction.ts';
import type { PersonRow } from './people-rows.ts';
import type { Schema } from './schema.ts';

export class SqlPersonTable implements PersonTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  find(id: string): Promise<StoredPerson | undefined> {
    return this.#findBy('id', id);
  }

  findByEmail(email: string): Promise<StoredPerson | undefined> {
    return this.#findBy('email', email);
  }

  async list(offset: number, limit: number): Promise<readonly StoredPerson[]> {
    const rows = await this.#select().orderBy('created_at').orderBy('id').limit(limit).offset(offset).execute();
    return rows.map(toPerson);
  }

  async count(): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('people')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async hasSignIn(): Promise<boolean> {
    const found = await this.#reader
      .selectFrom('people')
      .select('people.id')
      .where(({ eb, exists, or, selectFrom }) =>
        or([
          eb('password_hash', 'is not', null),
          exists(selectFrom('passkeys').select('passkeys.id').whereRef('passkeys.person_id', '=', 'people.id')),
        ]),
      )
      .limit(1)
      .executeTakeFirst();
    return found !== undefined;
  }

  async insert(person: Person, passwordHash: string | undefined): Promise<void> {
    await this.#db
      .insertInto('people')
      .values({
        id: person.id,
        name: person.name,
        email: person.email,
        password_hash: passwordHash ?? null,
        roles: JSON.stringify(person.roles),
        created_at: person.createdAt,
        last_seen_at: person.lastSeenAt ?? null,
      })
      .execute();
  }

  async update({ id, name, email, roles }: Person): Promise<void> {
    await this.#db
      .updateTable('people')
      .set({ name, email, roles: JSON.stringify(roles) })
      .where('id', '=', id)
      .execute();
  }

  async replacePassword(id: string, passwordHash: string): Promise<void> {
    await this.#db.updateTable('people').set({ password_hash: passwordHash }).where('id', '=', id).execute();
  }

  remove(id: string): Promise<void> {
    return writeTransaction(this.#db, async (db) => {
      for (const table of ['person_sessions', 'one_time_tokens', 'passkeys'] as const) {
        await db.deleteFrom(table).where('person_id', '=', id).execute();
      }
      await db.deleteFrom('people').where('id', '=', id).execute();
    });
  }

  async #findBy(column: 'id' | 'email', value: string): Promise<StoredPerson | undefined> {
    const row = await this.#select().where(column, '=', value).executeTakeFirst();
    return row && toPerson(row);
  }

  #select() {
    return this.#reader
      .selectFrom('people')
      .selectAll()
      .select((builder) =>
        builder
          .selectFrom('passkeys')
          .select(({ fn }) => fn.countAll<number | string>().as('count'))
          .whereRef('passkeys.person_id', '=', 'people.id')
          .as('passkey_count'),
      );
  }
}

function toPerson(row: PersonRow & { readonly passkey_count: number | string | null }): StoredPerson {
  const person: Person = {
    id: row.id,
    name: row.name,
    email: row.email,
    roles: JSON.parse(row.roles) as readonly PersonRole[],
    createdAt: row.created_at as UnixMs,
    lastSeenAt: (row.last_seen_at ?? undefined) as UnixMs | undefined,
  };
  return { person, passwordHash: row.password_hash ?? undefined, passkeyCount: Number(row.passkey_count) };
}
