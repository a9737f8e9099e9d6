import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../control/errors.ts';
import { toStoreError } from './store-errors.ts';

/** A copy waits so long for a lock; readers of a write-ahead log wait for none but a recovery's. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Copies a SQLite database, which may be in use, as it is at one moment. Whoever writes to it meanwhile is not held up: the copy is
 * one read of the write-ahead log's last state. The new file, for its owner alone, has no log and no free pages.
 * @throws {StoreError} what SQLite says of either file.
 */
export function copySqlite(from: string, to: string): void {
  closeSync(openSync(to, 'wx', 0o600));
  withDatabase(from, (database) => database.prepare('vacuum into ?').run(to));
}

/**
 * Reads a whole database and compares its indices with its rows.
 * @throws {StoreError} `database-corrupt`, with the first thing that is wrong.
 */
export function checkSqlite(file: string): void {
  const found = withDatabase(file, (database) => database.prepare('pragma integrity_check(1)').get());
  const verdict = String(found?.integrity_check);
  if (verdict !== 'ok') {
    throw new StoreError('database-corrupt', `The database ${file} is damaged: ${verdict}.`);
  }
}

function withDatabase<Result>(file: string, use: (database: DatabaseSync) => Result): Result {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
    return use(database);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    database?.close();
  }
}
