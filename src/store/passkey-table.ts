import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { Passkey, PasskeyTable } from '../control/people/person.ts';
import type { PasskeyRow } from './people-rows.ts';
import type { Schema } from './schema.ts';

export class SqlPasskeyTable implements PasskeyTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(id: string): Promise<Passkey | undefined> {
    const row = await this.#reader.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toPasskey(row);
  }

  async list(personId: string): Promise<readonly Passkey[]> {
    const rows = await this.#reader
      .selectFrom('passkeys')
      .selectAll()
      .where('person_id', '=', personId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toPasskey);
  }

  async insert(passkey: Passkey): Promise<void> {
    await this.#db
      .insertInto('passkeys')
      .values({
        id: passkey.id,
        person_id: passkey.personId,
        name: passkey.name,
        public_key: passkey.publicKey,
        counter: passkey.counter,
        transports: JSON.stringify(passkey.transports),
        created_at: passkey.createdAt,
        last_used_at: passkey.lastUsedAt ?? null,
      })
      .execute();
  }

  async noteUse(id: string, counter: number, at: UnixMs): Promise<void> {
    await this.#db.updateTable('passkeys').set({ counter, last_used_at: at }).where('id', '=', id).execute();
  }

  async remove(personId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('passkeys')
      .where('id', '=', id)
      .where('person_id', '=', personId)
      .executeTakeFirst();
    return Number(numDeletedRows) > 0;
  }
}

function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    personId: row.person_id,
    name: row.name,
    publicKey: row.public_key,
    counter: row.counter,
    transports: JSON.parse(row.transports) as readonly string[],
    createdAt: row.created_at as UnixMs,
    lastUsedAt: (row.last_used_at ?? undefined) as UnixMs | undefined,
  };
}
