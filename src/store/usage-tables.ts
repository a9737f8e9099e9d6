import type { UsageLevel } from '../control/usage-plan.ts';

interface UsageTableFacts {
  readonly table: string;
  /** The column of a bucket's start. */
  readonly bucket: string;
  readonly lengthMs: number;
  /** The primary key. */
  readonly key: readonly string[];
}

const source = ['key_uid', 'username', 'transport', 'node'];

/** Where usage of each level is kept. An account's rows lie together in the tables that are read for long spans. */
export const USAGE_TABLES: Readonly<Record<UsageLevel, UsageTableFacts>> = {
  minute: { table: 'usage_minutes', bucket: 'minute', lengthMs: 60_000, key: ['minute', ...source] },
  hour: { table: 'usage_hours', bucket: 'hour', lengthMs: 3_600_000, key: ['account_id', 'hour', ...source] },
  day: { table: 'usage_days', bucket: 'day', lengthMs: 86_400_000, key: ['account_id', 'day', ...source] },
};
