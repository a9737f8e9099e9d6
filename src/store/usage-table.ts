import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import { USAGE_ROWS_PER_STATEMENT } from '../base/limits.ts';
import type { AccountId, ClientTransport, KeyUid, Username } from '../contract/ids.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import type { UsageMinuteRow, UsageTable } from '../control/ports.ts';
import { writeTransaction } from './in-transaction.ts';
import type { Schema, UsageMinuteTableRow } from './schema.ts';

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
        await addRows(db, delta);
      }
      return isNew;
    });
  }

  async readMinute(minute: UnixMs): Promise<readonly UsageMinuteRow[]> {
    const rows = await this.#reader.selectFrom('usage_minutes').selectAll().where('minute', '=', minute).execute();
    return rows.map(fromTableRow);
  }

  async prune(before: UnixMs, limit: number): Promise<number> {
    const result = await this.#db
      .deleteFrom('usage_minutes')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('minute', 'key_uid', 'username', 'transport', 'node'),
          'in',
          selectFrom('usage_minutes')
            .select(['minute', 'key_uid', 'username', 'transport', 'node'])
            .where('minute', '<', before)
            .orderBy('minute')
            .limit(limit)
            .$asTuple('minute', 'key_uid', 'username', 'transport', 'node'),
        ),
      )
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }

  async pruneSources(before: UnixMs): Promise<number> {
    const result = await this.#db.deleteFrom('usage_sources').where('applied_at', '<', before).executeTakeFirst();
    return Number(result.numDeletedRows);
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

async function addRows(db: Kysely<Schema>, delta: UsageDelta): Promise<void> {
  for (let at = 0; at < delta.rows.length; at += USAGE_ROWS_PER_STATEMENT) {
    if (at > 0) {
      // A long delta must not keep the main thread from answering HTTP.
      await setImmediate();
    }
    const rows = delta.rows.slice(at, at + USAGE_ROWS_PER_STATEMENT);
    await db
      .insertInto('usage_minutes')
      .values(rows.map((row) => toTableRow(row, delta)))
      .onConflict((conflict) =>
        conflict.columns(['minute', 'key_uid', 'username', 'transport', 'node']).doUpdateSet((eb) => ({
          ingress_bytes: eb('usage_minutes.ingress_bytes', '+', eb.ref('excluded.ingress_bytes')),
          ingress_packets: eb('usage_minutes.ingress_packets', '+', eb.ref('excluded.ingress_packets')),
          egress_bytes: eb('usage_minutes.egress_bytes', '+', eb.ref('excluded.egress_bytes')),
          egress_packets: eb('usage_minutes.egress_packets', '+', eb.ref('excluded.egress_packets')),
          allocations_started: eb('usage_minutes.allocations_started', '+', eb.ref('excluded.allocations_started')),
          allocation_ms: eb('usage_minutes.allocation_ms', '+', eb.ref('excluded.allocation_ms')),
        })),
      )
      .execute();
  }
}

function toTableRow(row: UsageRow, delta: UsageDelta): UsageMinuteTableRow {
  return {
    minute: delta.minute,
    key_uid: row.keyUid,
    username: row.username,
    transport: row.transport,
    node: delta.node,
    account_id: row.accountId,
    custom_identifier: row.customIdentifier,
    ingress_bytes: row.ingressBytes,
    ingress_packets: row.ingressPackets,
    egress_bytes: row.egressBytes,
    egress_packets: row.egressPackets,
    allocations_started: row.allocationsStarted,
    allocation_ms: row.allocationMs,
  };
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
