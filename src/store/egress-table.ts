import { type Kysely, type Selectable, sql } from 'kysely';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import type { EgressMonth, EgressTable } from '../control/egress-month.ts';
import { toKeyUid } from './limit-table.ts';
import type { EgressMonthRow, Schema } from './schema.ts';

export class SqlEgressTable implements EgressTable {
  readonly #db: Kysely<Schema>;
  readonly #reader: Kysely<Schema>;

  constructor(db: Kysely<Schema>, reader: Kysely<Schema>) {
    this.#db = db;
    this.#reader = reader;
  }

  async add(month: UnixMs, accountId: AccountId, keyUid: KeyUid | undefined, bytes: number): Promise<EgressMonth> {
    const row = await this.#db
      .insertInto('egress_months')
      .values({
        month,
        account_id: accountId,
        key_uid: keyUid ?? '',
        egress_bytes: bytes,
        is_soft_reached: 0,
        is_blocked: 0,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['month', 'account_id', 'key_uid'])
          .doUpdateSet({ egress_bytes: sql`egress_months.egress_bytes + excluded.egress_bytes` }),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
    return toMonth(row);
  }

  async list(month: UnixMs, accountId?: AccountId): Promise<readonly EgressMonth[]> {
    const all = this.#reader.selectFrom('egress_months').selectAll().where('month', '=', month);
    const rows = await (accountId === undefined ? all : all.where('account_id', '=', accountId)).execute();
    return rows.map(toMonth);
  }

  async mark({ month, accountId, keyUid, isSoftReached, isBlocked }: EgressMonth): Promise<void> {
    await this.#db
      .updateTable('egress_months')
      .set({ is_soft_reached: Number(isSoftReached), is_blocked: Number(isBlocked) })
      .where('month', '=', month)
      .where('account_id', '=', accountId)
      .where('key_uid', '=', keyUid ?? '')
      .execute();
  }

  async prune(before: UnixMs, limit: number): Promise<number> {
    const key = sql.raw('month, account_id, key_uid');
    const old = sql`select ${key} from egress_months where month < ${before} limit ${limit}`;
    const result = await sql`delete from egress_months where (${key}) in (${old})`.execute(this.#db);
    return Number(result.numAffectedRows ?? 0n);
  }
}

function toMonth(row: Selectable<EgressMonthRow>): EgressMonth {
  return {
    month: row.month as UnixMs,
    accountId: row.account_id as AccountId,
    keyUid: toKeyUid(row.key_uid),
    egressBytes: row.egress_bytes,
    isSoftReached: row.is_soft_reached !== 0,
    isBlocked: row.is_blocked !== 0,
  };
}
