import { type RawBuilder, sql } from 'kysely';
import type { UsageSource } from '../control/usage-dimension.ts';
import type { UsageDayPage, UsageExportGrouping } from '../control/usage-export.ts';
import { sumExactly } from './sum-exactly.ts';
import { findUsageTable, SOURCE_COLUMNS } from './usage-tables.ts';

/** In the order of the smallest table's key, so that a page begins where the last one ended, without a sort. */
const GROUPED: Readonly<
  Record<UsageExportGrouping, readonly (UsageSource & ('keyId' | 'customIdentifier' | 'username'))[]>
> = {
  date: [],
  keyId: ['keyId'],
  customIdentifier: ['customIdentifier', 'keyId'],
  username: ['keyId', 'username'],
};

export interface UsageDayAnswerRow {
  readonly key_uid: string;
  readonly custom_identifier: string;
  readonly username: string;
  readonly ingress_bytes: number;
  readonly egress_bytes: number;
  readonly allocations_started: number;
  readonly allocation_ms: number;
}

/** The statement that reads one page of a day. */
export function buildUsageDayQuery({
  accountId,
  groupBy,
  day,
  after,
  limit,
}: UsageDayPage): RawBuilder<UsageDayAnswerRow> {
  const grouped = GROUPED[groupBy];
  const { table } = findUsageTable('day', grouped);
  const columns = grouped.map((source) => sql.ref(SOURCE_COLUMNS[source]));
  const names = (['keyId', 'username'] as const).map((source) => {
    const column = sql.ref(SOURCE_COLUMNS[source]);
    return grouped.includes(source) ? column : sql`'' as ${column}`;
  });
  const beyond =
    after === undefined || grouped.length === 0
      ? sql``
      : sql`and (${sql.join(columns)}) > (${sql.join(grouped.map((source) => after[source]))})`;
  return sql`
    select ${sql.join(names)}, ${nameIdentifier(groupBy)} as custom_identifier,
      ${sumExactly('ingress_bytes')} as ingress_bytes, ${sumExactly('egress_bytes')} as egress_bytes,
      ${sumExactly('allocations_started')} as allocations_started, ${sumExactly('allocation_ms')} as allocation_ms
    from ${sql.table(table)} where account_id = ${accountId} and day = ${day} ${beyond}
    ${columns.length === 0 ? sql`having count(*) > 0` : sql`group by ${sql.join(columns)} order by ${sql.join(columns)}`}
    limit ${limit}`;
}

function nameIdentifier(groupBy: UsageExportGrouping): RawBuilder<string> {
  if (groupBy === 'customIdentifier') {
    return sql.ref('custom_identifier');
  }
  // A username has one.
  return groupBy === 'username' ? sql`max(custom_identifier)` : sql`''`;
}
