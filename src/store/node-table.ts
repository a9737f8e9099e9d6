import type { Kysely } from 'kysely';
import type { NodeTable, RelayNode } from '../control/ports.ts';
import type { Schema } from './schema.ts';

export class SqlNodeTable implements NodeTable {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async put({ id, ...labels }: RelayNode): Promise<void> {
    await this.#db
      .insertInto('nodes')
      .values({ id, ...labels })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(labels))
      .execute();
  }
}
