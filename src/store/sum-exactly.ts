import { type RawBuilder, sql } from 'kysely';
import { INEXACT_SUM } from '../control/exact-sum.ts';

/** The sum of a column, or {@link INEXACT_SUM}: Node's driver of SQLite fails at what no number holds. */
export function sumExactly(column: string): RawBuilder<number> {
  const sum = sql<number>`sum(${sql.ref(column)})`;
  return sql`case when ${sum} > ${sql.lit(Number.MAX_SAFE_INTEGER)} then ${sql.lit(INEXACT_SUM)} else ${sum} end`;
}
