import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

type Work<Result> = (db: Kysely<Schema>) => Promise<Result>;

/** Runs `work` in the transaction that `db` is, else in one of its own that may write. */
export function writeTransaction<Result>(db: Kysely<Schema>, work: Work<Result>): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/** Runs `work` in the transaction that `db` is, else in one of its own that only reads one state of the database. */
export function viewTransaction<Result>(db: Kysely<Schema>, work: Work<Result>): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().setAccessMode('read only').execute(work);
}
