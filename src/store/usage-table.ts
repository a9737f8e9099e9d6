import { type Kysely, sql } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, ClientTransport, KeyUid, Username } from '../contract/ids.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import type { UsageMinuteRow, UsageTable } from '../control/ports.ts';
import type { UsageDayPage, UsageDayRow } from '../control/usage-export.ts';
import type { UsageLevel, UsagePlan, UsageSums } from '../control/usage-plan.ts';
import { addUsageRows } from './add-usage-rows.ts';
import { buildUsageDayQuery } from './build-usage-day-query.ts';
import { buildUsageQuery } from './build-usage-query.ts';
import { writeTransaction } from './in-transaction.ts';
import type { Schema, UsageMinuteTableRow } from './schema.ts';
import { USAGE_TABLES, type UsageTableFacts } from './usage-tables.ts';

export class SqlUsageTable implements UsageTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  apply(delta: UsageDelta, at: UnixMs): Promise<boolean> {
    return writeTransaction(this.#db, async (db) => {
      const isNew = await advanceSource(db, delta, at);
      if (isNew) {
        // To all tables at once, so that they agree at any moment, however late a delta comes.
        for (const facts of USAGE_TABLES) {
          await addUsageRows(db, facts, delta);
        }
      }
      return isNew;
    });
  }

  async query(plan: UsagePlan): Promise<readonly UsageSums[]> {
    const { rows } = await buildUsageQuery(plan).execute(this.#reader);
    return rows.map((row) => ({
      dimensions: Object.fromEntries(plan.dimensions.map((dimension, i) => [dimension, row[`d${i}`]])),
      // PostgreSQL sums into a type that its driver gives as text.
      ingressBytes: Number(row.ingress_bytes),
      egressBytes: Number(row.egress_bytes),
      allocationsStarted: Number(row.allocations_started),
      allocationMs: Number(row.allocation_ms),
    }));
  }

  async readDay(page: UsageDayPage): Promise<readonly UsageDayRow[]> {
    const { rows } = await buildUsageDayQuery(page).execute(this.#reader);
    return rows.map((row) => ({
      day: page.day,
      keyId: row.key_uid,
      customIdentifier: row.custom_identifier,
      username: row.username,
      ingressBytes: Number(row.ingress_bytes),
      egressBytes: Number(row.egress_bytes),
      allocationsStarted: Number(row.allocations_started),
      allocationMs: Number(row.allocation_ms),
    }));
  }

  async readMinute(minute: UnixMs): Promise<readonly UsageMinuteRow[]> {
    const rows = await this.#reader.selectFrom('usage_minutes').selectAll().where('minute', '=', minute).execute();
    return rows.map(fromTableRow);
  }

  async prune(level: UsageLevel, before: UnixMs, limit: number): Promise<number> {
    let count = 0;
    for (const facts of USAGE_TABLES.filter((each) => each.level === level)) {
      count += count < limit ? await pruneTable(this.#db, facts, before, limit - count) : 0;
    }
    return count;
  }

  async pruneSources(before: UnixMs, limit: number): Promise<number> {
    const key = sql.raw('node, boot, worker');
    const old = sql`select ${key} from usage_sources where applied_at < ${before} limit ${limit}`;
    const result = await sql`delete from usage_sources where (${key}) in (${old})`.execute(this.#db);
    return Number(result.numAffectedRows ?? 0n);
  }
}

/** Records the delta as its worker's latest. @returns false when that one, or a later one, was recorded before. */
async function advanceSource(db: Kysely<Schema>, delta: UsageDelta, at: UnixMs): Promise<boolean> {
  const latest = { last_n: delta.n, applied_at: at };
  const result = await db
    .insertInto('usage_sources')
    .values({ node: delta.node, boot: delta.boot, worker: delta.worker, ...latest })
    .onConflict((conflict) =>
      conflict.columns(['node', 'boot', 'worker']).doUpdateSet(latest).where('usage_sources.last_n', '<', delta.n),
    )
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Where an account's rows lie together, its oldest are found by its name; a search by age alone would read all. */
async function pruneTable(
  db: Kysely<Schema>,
  { table, bucket, key }: UsageTableFacts,
  before: UnixMs,
  limit: number,
): Promise<number> {
  const columns = sql.join(key.map((name) => sql.ref(name)));
  const old = sql.ref(`${table}.${bucket}`);
  const place =
    key[0] === 'account_id'
      ? sql`accounts cross join ${sql.table(table)} where ${sql.ref(`${table}.account_id`)} = accounts.id and`
      : sql`${sql.table(table)} where`;
  const result = await sql`
    delete from ${sql.table(table)} where (${columns}) in (select ${columns} from ${place} ${old} < ${before} limit ${limit})`.execute(
    db,
  );
  return Number(result.numAffectedRows ?? 0n);
}

function fromTableRow(row: UsageMinuteTableRow): UsageMinuteRow {
  return {
    minute: row.minute as UnixMs,
    node: row.node,
    accountId: row.account_id as AccountId,
    keyUid: row.key_uid as KeyUid,
    customIdentifier: row.custom_identifier,
    username: row.username as Username,
    transport: row.transport as ClientTransport,
    ingressBytes: row.ingress_bytes,
    ingressPackets: row.ingress_packets,
    egressBytes: row.egress_bytes,
    egressPackets: row.egress_packets,
    allocationsStarted: row.allocations_started,
    allocationMs: row.allocation_ms,
  };
}
