import { chmodSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toFolderError } from '../store/folder-errors.ts';
import { makeFolder } from '../store/make-folder.ts';
import { toStoreError } from '../store/store-errors.ts';
import { StartError } from './start-error.ts';

/** The lock's file in the data folder. It stays empty, and stays: the system's lock on it is what counts. */
const LOCK_FILE = 'in-use';

/**
 * Makes the data folder if it is missing, and takes it for this process until the result is called or the process
 * ends, however it ends. SQLite is asked for the lock since Node has no call for one: an exclusive transaction in an
 * empty database is a lock of the operating system, which no crash leaves behind.
 * @throws {StartError} when another process has it; {StoreError} when the folder cannot be used.
 */
export function lockDataFolder(folder: string): () => void {
  const file = join(folder, LOCK_FILE);
  try {
    makeFolder(folder);
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch (error) {
    throw toFolderError(error, folder);
  }
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    // Without a journal, taking the lock writes nothing, so that it also works on a full disk.
    lock.exec('pragma journal_mode = off');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (isBusy(error)) {
      throw new StartError(
        `Another instance serves from the data folder ${folder}. Stop it, or give this one a folder of its own with --data (TACITURN_DATA).`,
      );
    }
    throw toStoreError(error);
  }
  return () => lock.close();
}

/** SQLITE_BUSY: somebody else holds the lock. */
function isBusy(error: unknown): boolean {
  return (error as { readonly errcode?: number }).errcode === 5;
}
