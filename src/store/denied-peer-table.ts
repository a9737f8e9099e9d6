import { setImmediate } from 'node:timers/promises';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import { DENIED_PEERS_PER_KEY_MAX, ROWS_PER_PRUNE_MAX, ROWS_PER_STATEMENT_MAX } from '../base/limits.ts';
import type { DeniedPeer } from '../contract/denied-peer.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { DeniedPeerTable, StoredDeniedPeer } from '../control/ports.ts';
import { writeTransaction } from './in-transaction.ts';
import type { DeniedPeerRow, Schema } from './schema.ts';

export class SqlDeniedPeerTable implements DeniedPeerTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  add(rows: readonly DeniedPeer[]): Promise<void> {
    return writeTransaction(this.#db, async (db) => {
      for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT_MAX) {
        await addRows(db, rows.slice(at, at + ROWS_PER_STATEMENT_MAX));
        // Many rows must not keep the main thread from answering HTTP.
        await setImmediate();
      }
      for (const keyUid of new Set(rows.map((row) => row.keyUid))) {
        await dropOldest(db, keyUid);
      }
    });
  }

  async list(keyUid: KeyUid, offset: number, limit: number): Promise<readonly StoredDeniedPeer[]> {
    const rows = await this.#reader
      .selectFrom('denied_peers')
      .selectAll()
      .where('key_uid', '=', keyUid)
      .orderBy('last_denied_at', 'desc')
      .orderBy('address')
      .orderBy('rule')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toDeniedPeer);
  }

  async listRecent(accountId: AccountId, since: UnixMs, limit: number): Promise<readonly StoredDeniedPeer[]> {
    const rows = await this.#reader
      .selectFrom('denied_peers')
      .innerJoin('turn_keys', 'turn_keys.uid', 'denied_peers.key_uid')
      .selectAll('denied_peers')
      .where('denied_peers.last_denied_at', '>=', since)
      .where('turn_keys.account_id', '=', accountId)
      .where('turn_keys.deleted_at', 'is', null)
      .orderBy('denied_peers.last_denied_at', 'desc')
      .orderBy('denied_peers.address')
      .orderBy('denied_peers.rule')
      .limit(limit)
      .execute();
    return rows.map(toDeniedPeer);
  }

  async count(keyUid: KeyUid): Promise<number> {
    const { count } = await this.#reader
      .selectFrom('denied_peers')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('key_uid', '=', keyUid)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async prune(before: UnixMs, limit: number): Promise<number> {
    const result = await sql`
      delete from denied_peers where (key_uid, address, rule) in (
        select key_uid, address, rule from denied_peers where last_denied_at < ${before}
        order by last_denied_at limit ${limit})`.execute(this.#db);
    return Number(result.numAffectedRows ?? 0n);
  }
}

async function addRows(db: Kysely<Schema>, rows: readonly DeniedPeer[]): Promise<void> {
  await db
    .insertInto('denied_peers')
    .values(rows.map(toRow))
    .onConflict((conflict) =>
      conflict.columns(['key_uid', 'address', 'rule']).doUpdateSet((added) => ({
        denials: sql`denied_peers.denials + excluded.denials`,
        range: added.ref('excluded.range'),
        // A worker's report may be overtaken by another's.
        last_denied_at: sql`case when excluded.last_denied_at > denied_peers.last_denied_at
          then excluded.last_denied_at else denied_peers.last_denied_at end`,
      })),
    )
    .execute();
}

async function dropOldest(db: Kysely<Schema>, keyUid: KeyUid): Promise<void> {
  await sql`
    delete from denied_peers where key_uid = ${keyUid} and (address, rule) in (
      select address, rule from denied_peers where key_uid = ${keyUid}
      order by last_denied_at desc, address, rule
      limit ${ROWS_PER_PRUNE_MAX} offset ${DENIED_PEERS_PER_KEY_MAX})`.execute(db);
}

function toRow({ keyUid, address, rule, range, denials, lastDeniedAt }: DeniedPeer) {
  return {
    key_uid: keyUid,
    address,
    rule,
    range,
    denials,
    first_denied_at: lastDeniedAt,
    last_denied_at: lastDeniedAt,
  };
}

function toDeniedPeer(row: Selectable<DeniedPeerRow>): StoredDeniedPeer {
  return {
    keyUid: row.key_uid as KeyUid,
    address: row.address,
    rule: row.rule,
    range: row.range,
    denials: row.denials,
    firstDeniedAt: row.first_denied_at as UnixMs,
    lastDeniedAt: row.last_denied_at as UnixMs,
  };
}
