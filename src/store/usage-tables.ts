import { assert } from '../base/assert.ts';
import type { OutcomeCount } from '../contract/allocation-outcome.ts';
import type { UsageRow } from '../contract/usage-delta.ts';
import { DAY_MS } from '../control/day-ms.ts';
import type { UsageSource } from '../control/usage-dimension.ts';
import type { UsageLevel } from '../control/usage-plan.ts';

/** A table of usage, or of outcomes of allocations. */
export interface UsageTableFacts {
  readonly table: string;
  readonly level: UsageLevel;
  /** The column of a bucket's start. */
  readonly bucket: string;
  readonly lengthMs: number;
  /** What its rows tell apart, beside accounts and buckets; the others are summed up over. */
  readonly sources: readonly UsageSource[];
  /** The primary key. */
  readonly key: readonly string[];
  /** The columns that are added up, and which member of a row is added to each. */
  readonly counts: Readonly<Record<string, string>>;
}

/** The column of each source. */
export const SOURCE_COLUMNS: Readonly<Record<UsageSource, string>> = {
  keyId: 'key_uid',
  customIdentifier: 'custom_identifier',
  username: 'username',
  transport: 'transport',
  outcome: 'outcome',
  node: 'node',
};

const BUCKETS = {
  minute: { bucket: 'minute', lengthMs: 60_000 },
  hour: { bucket: 'hour', lengthMs: 3_600_000 },
  day: { bucket: 'day', lengthMs: DAY_MS },
} as const;

const USAGE_COUNTS = {
  ingress_bytes: 'ingressBytes',
  ingress_packets: 'ingressPackets',
  egress_bytes: 'egressBytes',
  egress_packets: 'egressPackets',
  allocations_started: 'allocationsStarted',
  allocation_ms: 'allocationMs',
} as const satisfies Readonly<Record<string, keyof UsageRow>>;

const OUTCOME_COUNTS = { occurrences: 'count' } as const satisfies Readonly<Record<string, keyof OutcomeCount>>;

/** A username has one custom identifier, so that one need not be part of a key that has the other. */
const allSources: readonly UsageSource[] = ['keyId', 'username', 'transport', 'node', 'customIdentifier'];
const identified = ['keyId', 'username', 'transport', 'node'] as const;
const places = ['keyId', 'transport', 'node'] as const;

/**
 * Where usage is kept: of each level one table that tells everything apart, and before it, smallest first, those that
 * tell less. An account's rows lie together but by the minute, where all accounts are written at once.
 */
export const USAGE_TABLES: readonly UsageTableFacts[] = [
  describeTable('usage_key_minutes', 'minute', ['keyId']),
  { ...describeTable('usage_minutes', 'minute', allSources), key: ['minute', ...columnsOf(identified)] },
  describeTable('usage_key_hours', 'hour', places),
  describeTable('usage_hours', 'hour', allSources, identified),
  describeTable('usage_key_days', 'day', places),
  describeTable('usage_identifier_days', 'day', ['customIdentifier', 'keyId']),
  describeTable('usage_days', 'day', allSources, identified),
];

/** Where outcomes of allocations are kept: few enough that one table of each level will do. */
export const OUTCOME_TABLES: readonly UsageTableFacts[] = (
  [
    ['outcome_minutes', 'minute'],
    ['outcome_hours', 'hour'],
    ['outcome_days', 'day'],
  ] as const
).map(([table, level]) => ({ ...describeTable(table, level, [...places, 'outcome']), counts: OUTCOME_COUNTS }));

/** The smallest of `tables` that is of a level and tells all of `sources` apart. */
export function findUsageTable(
  level: UsageLevel,
  sources: readonly UsageSource[],
  tables: readonly UsageTableFacts[] = USAGE_TABLES,
): UsageTableFacts {
  const found = tables.find(
    (facts) => facts.level === level && sources.every((source) => facts.sources.includes(source)),
  );
  assert(found !== undefined, 'one table of each level tells everything apart');
  return found;
}

function describeTable(
  table: string,
  level: UsageLevel,
  sources: readonly UsageSource[],
  keySources = sources,
): UsageTableFacts {
  const { bucket, lengthMs } = BUCKETS[level];
  const key = ['account_id', bucket, ...columnsOf(keySources)];
  return { table, level, bucket, lengthMs, sources, key, counts: USAGE_COUNTS };
}

function columnsOf(sources: readonly UsageSource[]): readonly string[] {
  return sources.map((source) => SOURCE_COLUMNS[source]);
}
