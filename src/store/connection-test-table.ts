import type { Kysely, Selectable } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type {
  ConnectionTest,
  ConnectionTestReport,
  ConnectionTestResult,
  ConnectionTestTable,
} from '../control/connection-test.ts';
import { writeTransaction } from './in-transaction.ts';
import type { ConnectionTestRow, Schema } from './schema.ts';

export class SqlConnectionTestTable implements ConnectionTestTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async find(id: string): Promise<ConnectionTest | undefined> {
    const row = await this.#reader.selectFrom('connection_tests').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toConnectionTest(row);
  }

  async findByHash(tokenHash: string): Promise<ConnectionTest | undefined> {
    const row = await this.#reader
      .selectFrom('connection_tests')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row && toConnectionTest(row);
  }

  async list(accountId: AccountId, offset: number, limit: number): Promise<readonly ConnectionTest[]> {
    const rows = await this.#reader
      .selectFrom('connection_tests')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toConnectionTest);
  }

  async count(accountId: AccountId): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('connection_tests')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async insert(test: ConnectionTest, tokenHash: string): Promise<void> {
    await this.#db
      .insertInto('connection_tests')
      .values({
        id: test.id,
        account_id: test.accountId,
        key_uid: test.keyUid,
        token_hash: tokenHash,
        created_at: test.createdAt,
        expires_at: test.expiresAt,
        uses: test.uses,
        last_opened_at: test.lastOpenedAt ?? null,
        results: test.results,
      })
      .execute();
  }

  async noteUse(id: string, openedAt: UnixMs): Promise<void> {
    await this.#db
      .updateTable('connection_tests')
      .set((row) => ({ uses: row('uses', '+', 1), last_opened_at: openedAt }))
      .where('id', '=', id)
      .execute();
  }

  addResult(id: string, { receivedAt, report }: ConnectionTestResult): Promise<void> {
    return writeTransaction(this.#db, async (db) => {
      const { results } = await db
        .updateTable('connection_tests')
        .set((row) => ({ results: row('results', '+', 1) }))
        .where('id', '=', id)
        .returning('results')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('connection_test_results')
        .values({ test_id: id, number: results, received_at: receivedAt, report: JSON.stringify(report) })
        .execute();
    });
  }

  async listResults(id: string): Promise<readonly ConnectionTestResult[]> {
    const rows = await this.#reader
      .selectFrom('connection_test_results')
      .select(['received_at', 'report'])
      .where('test_id', '=', id)
      .orderBy('number')
      .execute();
    return rows.map((row) => ({
      receivedAt: row.received_at as UnixMs,
      report: JSON.parse(row.report) as ConnectionTestReport,
    }));
  }

  remove(id: string): Promise<void> {
    return writeTransaction(this.#db, (db) => removeTests(db, [id]));
  }

  prune(before: UnixMs, limit: number): Promise<number> {
    return writeTransaction(this.#db, async (db) => {
      const rows = await db
        .selectFrom('connection_tests')
        .select('id')
        .where('expires_at', '<', before)
        .orderBy('expires_at')
        .limit(limit)
        .execute();
      await removeTests(
        db,
        rows.map(({ id }) => id),
      );
      return rows.length;
    });
  }
}

async function removeTests(db: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) {
    await db.deleteFrom('connection_test_results').where('test_id', 'in', ids).execute();
    await db.deleteFrom('connection_tests').where('id', 'in', ids).execute();
  }
}

function toConnectionTest(row: Selectable<ConnectionTestRow>): ConnectionTest {
  return {
    id: row.id,
    accountId: row.account_id as AccountId,
    keyUid: row.key_uid as KeyUid,
    createdAt: row.created_at as UnixMs,
    expiresAt: row.expires_at as UnixMs,
    uses: row.uses,
    lastOpenedAt: (row.last_opened_at ?? undefined) as UnixMs | undefined,
    results: row.results,
  };
}
