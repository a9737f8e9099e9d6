import { DatabaseSync } from 'node:sqlite';
import { toStoreError } from './store-errors.ts';

/** What proves that somebody signed in, or was invited, a while ago. */
const TABLES = ['person_sessions', 'one_time_tokens'] as const;

/**
 * Signs everybody out of a database that nobody uses: sessions that were ended after it was copied would be good again.
 * @throws {StoreError}
 */
export function endPersonSessions(file: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    const isThere = database.prepare("select 1 from sqlite_master where type = 'table' and name = ?");
    for (const table of TABLES) {
      // A backup of an older version has none of them.
      if (isThere.get(table) !== undefined) {
        database.exec(`delete from ${table}`);
      }
    }
  } catch (error) {
    throw toStoreError(error);
  } finally {
    database?.close();
  }
}
