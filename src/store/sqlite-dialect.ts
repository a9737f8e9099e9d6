import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely';
import { StoreError } from '../control/errors.ts';
import { toStoreError } from './store-errors.ts';

/** How often a transaction that waits for another process's asks again. */
const LOCK_POLL_MS = 20;
/** Prepared statements that are kept: more than there are queries in the program. */
const STATEMENTS_MAX = 200;

/**
 * Kysely's own SQLite dialect, on Node's SQLite. A transaction waits up to `busyTimeoutMs` for that of another process
 * to end, and meanwhile keeps nobody else in this process from running, as SQLite's own wait would.
 */
export function createSqliteDialect(database: DatabaseSync, busyTimeoutMs = 0): Dialect {
  const adapted = adaptDatabase(database);
  return {
    createAdapter: () => new TransactionalDdlAdapter(),
    createDriver: () => new TransactionDriver(adapted, database, busyTimeoutMs),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** SQLite does roll back a schema change; Kysely says no for those who rebuild tables with foreign keys switched off. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TransactionDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #busyTimeoutMs: number;

  constructor(adapted: SqliteDatabase, database: DatabaseSync, busyTimeoutMs: number) {
    super({ database: adapted });
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  /**
   * A transaction that will write takes the write lock at once. Were it to begin as a reader, SQLite would refuse its
   * first write outright when another process wrote in between, however long the busy timeout.
   */
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const begin = CompiledQuery.raw(settings?.accessMode === 'read only' ? 'begin deferred' : 'begin immediate');
    const deadline = performance.now() + this.#busyTimeoutMs;
    while (!(await this.#tryBegin(connection, begin, deadline))) {
      await setTimeout(LOCK_POLL_MS);
    }
  }

  /** @returns false when another process holds the lock, and there is time to wait for it. */
  async #tryBegin(connection: DatabaseConnection, begin: CompiledQuery, deadline: number): Promise<boolean> {
    try {
      await connection.executeQuery(begin);
      return true;
    } catch (error) {
      const isLocked = error instanceof StoreError && error.code === 'database-locked';
      if (isLocked && performance.now() < deadline) {
        return false;
      }
      throw error;
    }
  }

  /** SQLite has rolled back by itself after some errors, as a full disk; a second rollback would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) {
      await super.rollbackTransaction(connection);
    }
  }
}

/** Node's SQLite in the shape that Kysely's driver expects, with its errors as `StoreError`s. */
function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare: (text) => {
      const known = statements.get(text);
      if (known !== undefined) {
        return known;
      }
      const statement = attempt(() => adaptStatement(database.prepare(text)));
      if (statements.size < STATEMENTS_MAX) {
        statements.set(text, statement);
      }
      return statement;
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => attempt(() => statement.all(...(parameters as readonly SQLInputValue[]))),
    run: (parameters) => attempt(() => statement.run(...(parameters as readonly SQLInputValue[]))),
    iterate: (parameters) => attempt(() => statement.iterate(...(parameters as readonly SQLInputValue[]))),
  };
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error);
  }
}
