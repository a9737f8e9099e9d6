import { type Kysely, sql } from 'kysely';
import type { SqlFlavor } from '../sql-flavor.ts';

/** Limits of accounts and keys, and what each of them has sent in each month, beginning with what usage knows. */
export async function createLimits(db: Kysely<unknown>, { wholeNumber, tableEnd }: SqlFlavor): Promise<void> {
  await db.schema
    .createTable('limit_overrides')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('limits', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('limit_overrides_key', ['account_id', 'key_uid'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('egress_months')
    .addColumn('month', wholeNumber, (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('key_uid', 'text', (column) => column.notNull())
    .addColumn('egress_bytes', wholeNumber, (column) => column.notNull())
    .addColumn('is_soft_reached', wholeNumber, (column) => column.notNull())
    .addColumn('is_blocked', wholeNumber, (column) => column.notNull())
    .addPrimaryKeyConstraint('egress_months_key', ['month', 'account_id', 'key_uid'])
    .modifyEnd(tableEnd)
    .execute();
  await sumUpDays(db);
}

interface DaySum {
  readonly day: number;
  readonly account_id: string;
  readonly key_uid: string;
  readonly egress_bytes: number | string;
}

async function sumUpDays(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<DaySum>`
    select day, account_id, key_uid, sum(egress_bytes) as egress_bytes from usage_days group by 1, 2, 3`.execute(db);
  for (const { day, account_id, key_uid, egress_bytes } of rows) {
    const date = new Date(day);
    const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    for (const holder of ['', key_uid]) {
      await sql`
        insert into egress_months values (${month}, ${account_id}, ${holder}, ${Number(egress_bytes)}, 0, 0)
        on conflict (month, account_id, key_uid) do update
        set egress_bytes = egress_months.egress_bytes + excluded.egress_bytes`.execute(db);
    }
  }
}
