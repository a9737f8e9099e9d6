import { chmodSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import type { Store } from '../control/ports.ts';
import { toFolderError } from './folder-errors.ts';
import { makeFolder } from './make-folder.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { sqliteFlavor } from './sql-flavor.ts';
import { SqlStore } from './sql-store.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';
import { toStoreError } from './store-errors.ts';

/** The database's name in the data folder; `-wal` and `-shm` stand beside it while it is open. */
export const SQLITE_FILE = 'taciturn.sqlite';

/** How long a transaction waits for another process's, such as that of a database shell. */
const BUSY_TIMEOUT_MS = 2_000;
/**
 * Pages that the writing connection keeps, at most: those that a flush of 20,000 usernames touches, about 8 MB in each of four
 * tables. With SQLite's own 2 MB most of them are read and written several times in one flush.
 */
const CACHE_BYTES = 64 * 1024 * 1024;
/** The write-ahead log is cut back to this after a checkpoint, so that one burst does not occupy the disk for ever. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024;

/**
 * Opens the SQLite database of a data folder, makes both at the first start (0700 and 0600), and migrates it.
 * @throws {StoreError} when the folder or the file cannot be used, with what to do about it.
 */
export async function openSqlite(folder: string, busyTimeoutMs = BUSY_TIMEOUT_MS): Promise<Store> {
  const file = join(folder, SQLITE_FILE);
  createPrivately(folder, file);
  const openReader = () => openDatabase(file, { timeout: busyTimeoutMs, readOnly: true });
  return adoptSqlite(openDatabase(file, { timeout: busyTimeoutMs }), { openReader, busyTimeoutMs });
}

/** A store that lasts as long as it is open, for tests and trials. */
export function openSqliteInMemory(): Promise<Store> {
  return adoptSqlite(new DatabaseSync(':memory:'));
}

export interface AdoptOptions {
  /**
   * Opens a second connection to the database, on which reads need not wait for a long transaction, such as a flush of
   * usage, to end. Without it all goes through the one connection.
   */
  readonly openReader?: () => DatabaseSync;
  readonly busyTimeoutMs?: number;
}

/**
 * Makes an open database a store, which closes it; closes it at once when it cannot be used.
 * @throws {StoreError}
 */
export async function adoptSqlite(database: DatabaseSync, options: AdoptOptions = {}): Promise<Store> {
  const { openReader, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  const opened = [database];
  try {
    configure(database);
    compareExactly(database);
    const db = new Kysely<Schema>({ dialect: createSqliteDialect(database, busyTimeoutMs) });
    await migrate(db, sqliteFlavor);
    if (openReader === undefined) {
      return new SqlStore(db, db);
    }
    const readerDatabase = openReader();
    opened.push(readerDatabase);
    compareExactly(readerDatabase);
    const reader = new Kysely<Schema>({ dialect: createSqliteDialect(readerDatabase) });
    // Kysely closes only what it has used, and an open reader would keep the write-ahead log from being put away.
    await sql`select 1`.execute(reader);
    return new SqlStore(db, reader);
  } catch (error) {
    for (const each of opened) {
      each.close();
    }
    throw toStoreError(error);
  }
}

function configure(database: DatabaseSync): void {
  // A commit returns when the write-ahead log is on the disk: a revocation is answered only when it is durable.
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec(`pragma cache_size = -${CACHE_BYTES / 1024}`);
  database.exec(`pragma journal_size_limit = ${WAL_BYTES_KEPT}`);
  // From here on transactions wait for a lock by themselves: SQLite would stop the whole thread for as long.
  database.exec('pragma busy_timeout = 0');
}

/** `like` tells cases apart, as it does in PostgreSQL. */
function compareExactly(database: DatabaseSync): void {
  database.exec('pragma case_sensitive_like = on');
}

function openDatabase(file: string, options: DatabaseSyncOptions): DatabaseSync {
  try {
    return new DatabaseSync(file, options);
  } catch (error) {
    throw toStoreError(error);
  }
}

/** SQLite gives its other files the mode of the first, which it would make readable by everyone. */
function createPrivately(folder: string, file: string): void {
  try {
    makeFolder(folder);
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch (error) {
    throw toFolderError(error, folder);
  }
}
