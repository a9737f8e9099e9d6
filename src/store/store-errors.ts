import { StoreError, type StoreErrorCode } from '../control/errors.ts';

/** SQLITE_IOERR_SHMSIZE: the shared memory beside the write-ahead log cannot grow, which is how a full disk begins. */
const SHARED_MEMORY_FULL = 10 | (19 << 8);
const DISK_FULL = 13;

/** What each primary result code of SQLite (sqlite.org/rescode.html) that is no bug of ours means for an operator. */
const MEANINGS: Readonly<Record<number, { readonly code: StoreErrorCode; readonly message: string }>> = {
  3: folder('Permission to the database was denied'),
  5: locked(),
  6: locked(),
  8: folder('The database cannot be written'),
  10: {
    code: 'storage-failed',
    message:
      'The operating system reported an error while reading or writing the database, so the change was not made. ' +
      'Look at the disk and the system log; calls are retried as they come.',
  },
  11: corrupt('The database is damaged'),
  13: {
    code: 'disk-full',
    message:
      'The disk that holds the database is full, so the change was not made. Relaying goes on, and usage is kept in ' +
      'memory until it can be written. Free some space; no restart is needed.',
  },
  14: folder('The database file cannot be opened or made'),
  26: corrupt('The file is no SQLite database'),
};

/** An error of `node:sqlite` as what it means for an operator; one that is a bug, or comes from elsewhere, as it is. */
export function toStoreError(error: unknown): unknown {
  const resultCode = resultCodeOf(error);
  const meaning =
    resultCode === undefined ? undefined : MEANINGS[resultCode === SHARED_MEMORY_FULL ? DISK_FULL : resultCode & 0xff];
  if (meaning === undefined) {
    return error;
  }
  return new StoreError(meaning.code, meaning.message, { cause: error });
}

function resultCodeOf(error: unknown): number | undefined {
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') {
    return error.errcode;
  }
  return undefined;
}

function locked() {
  return {
    code: 'database-locked',
    message:
      'Another process holds the database for longer than we wait, so the call was not served. Close what has it open ' +
      '(a database shell, a backup, a second server) and try again.',
  } as const;
}

function folder(what: string) {
  return {
    code: 'folder-not-writable',
    message: `${what}. The data folder and the files in it must belong to the user that runs Taciturn and be writable.`,
  } as const;
}

function corrupt(what: string) {
  return {
    code: 'database-corrupt',
    message:
      `${what}, and nothing is written to it. Stop the server and put the last backup back with ` +
      '`taciturn restore <folder>`: it moves the damaged files aside and keeps them.',
  } as const;
}
