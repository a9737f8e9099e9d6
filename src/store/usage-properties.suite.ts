import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccountId, Username } from '../contract/ids.ts';
import { DAY_MS } from '../control/day-ms.ts';
import { ControlError } from '../control/errors.ts';
import type { ControlPorts, Store } from '../control/ports.ts';
import { pruneStore } from '../control/prune-store.ts';
import { queryUsage } from '../control/query-usage.ts';
import { TEXT_DIMENSIONS, TIME_DIMENSIONS, type TimeDimension } from '../control/usage-dimension.ts';
import type { UsageFilter, UsageQuery } from '../control/usage-query.ts';
import { answerNaively, type ReportedRow } from './naive-usage.test-support.ts';
import { at, type OpenStore, uidOf } from './store.suite.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 30, 5, 7);
const NOW = at(START + 40 * DAY_MS + 61 * MINUTE_MS);
const ACCOUNTS = ['one', 'two'].map((id) => ({ id: id as AccountId, name: '', createdAt: at(START) }));
const RETENTION = {
  usageRetentionMs: 3 * DAY_MS,
  usageHourRetentionMs: 10 * DAY_MS,
  usageDayRetentionMs: 1_000 * DAY_MS,
};
const NAMES = ['', 'alice', 'Alice', 'al_ce', 'b%b', 'é', '😀', '\uffff'];
const CITIES: Readonly<Record<string, string>> = { bern: 'Bern', oslo: 'oslo', nowhere: '' };

const timeNames = Object.keys(TIME_DIMENSIONS) as TimeDimension[];
const orderOperators = ['eq', 'neq', 'gt', 'geq', 'lt', 'leq'] as const;
const recent = fc.integer({ min: 0, max: 3 * 1440 }).map((minutes) => NOW - minutes * MINUTE_MS);
const early = fc.integer({ min: 0, max: 40 * 1440 }).map((minutes) => START + minutes * MINUTE_MS);
const minutes = fc
  .oneof(recent, early)
  .filter((minute) => minute < NOW)
  .map(at);

const rows: fc.Arbitrary<ReportedRow & { readonly node: string }> = fc
  .record({
    minute: minutes,
    node: fc.constantFrom(...Object.keys(CITIES)),
    owner: fc.nat({ max: 3 }),
    name: fc.constantFrom(...NAMES),
    session: fc.nat({ max: 1 }),
    transport: fc.constantFrom('udp', 'tcp', 'tls' as const),
    ingressBytes: fc.nat(),
    egressBytes: fc.nat({ max: 3 }),
    allocationsStarted: fc.nat({ max: 2 }),
    allocationMs: fc.nat({ max: 2 * MINUTE_MS }),
  })
  .map(({ owner, name, session, ...rest }) => ({
    ...rest,
    city: CITIES[rest.node] as string,
    accountId: (ACCOUNTS[owner % 2] as (typeof ACCOUNTS)[number]).id,
    keyUid: uidOf(owner),
    customIdentifier: name,
    username: `${name} ${session}` as Username,
    ingressPackets: 1,
    egressPackets: 1,
  }));

/** On a bucket's start, and beside it. */
const moments = fc
  .tuple(minutes, fc.constantFrom(1, 60, 1440), fc.constantFrom(0, 0, 1, -1))
  .map(([minute, grain, shift]) => at(minute - (minute % (grain * MINUTE_MS)) + shift));
const texts = fc.oneof(
  fc.constantFrom(...NAMES, 'Bern', uidOf(0), uidOf(2)),
  fc.constantFrom('a%', '%_%', 'A____', '%', '_', '%c%', 'b%b', '%🙂%', 'al\\_ce', '% 1'),
);

const comparisons: fc.Arbitrary<UsageFilter> = fc.oneof(
  fc.record({
    kind: fc.constant('time' as const),
    dimension: fc.constantFrom(...timeNames),
    operator: fc.constantFrom(...orderOperators),
    values: moments.map((moment) => [moment]),
  }),
  fc.record({
    kind: fc.constant('time' as const),
    dimension: fc.constantFrom(...timeNames),
    operator: fc.constantFrom('in' as const, 'notin' as const),
    values: fc.array(moments, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    dimension: fc.constantFrom(...TEXT_DIMENSIONS),
    operator: fc.constantFrom(...orderOperators, 'like' as const),
    values: texts.map((text) => [text]),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    dimension: fc.constantFrom(...TEXT_DIMENSIONS),
    operator: fc.constantFrom('in' as const, 'notin' as const),
    values: fc.array(texts, { maxLength: 3 }),
  }),
);

const filters = fc.letrec<{ filter: UsageFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparisons,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('filter'), { maxLength: 3 }),
    }),
  ),
})).filter;

/** A range that begins somewhere; one that does not begins with what is kept, which the model does not know. */
const ranges: fc.Arbitrary<UsageFilter> = fc.record({
  kind: fc.constant('time' as const),
  dimension: fc.constantFrom(...timeNames),
  operator: fc.constantFrom('geq' as const, 'gt' as const, 'eq' as const),
  values: moments.map((moment) => [moment]),
});

const queries: fc.Arbitrary<UsageQuery> = fc
  .record({
    dimensions: fc.uniqueArray(fc.constantFrom(...timeNames, ...TEXT_DIMENSIONS), { maxLength: 3 }),
    range: ranges,
    filter: fc.option(filters, { nil: { kind: 'all', of: [] } as UsageFilter }),
    orderBy: fc.array(
      fc.record({
        by: fc.constantFrom(
          ...timeNames,
          ...TEXT_DIMENSIONS,
          'ingressBytes' as const,
          'egressBytes' as const,
          'count' as const,
          'concurrentConnections' as const,
        ),
        isDescending: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
    limit: fc.oneof(fc.constant(10_000), fc.integer({ min: 1, max: 5 })),
  })
  .map(({ range, filter, ...rest }) => ({ ...rest, filter: { kind: 'all', of: [range, filter] } }));

/** How every store answers, whatever was reported and is asked. */
export function testUsageProperties(name: string, open: OpenStore): void {
  describe(`store, random queries of usage: ${name}`, () => {
    test('are answered as if every reported row were looked at, or refused, before and after old rows are forgotten', async () => {
      const outcomes = { answered: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(
          fc.array(rows, { minLength: 1, maxLength: 60 }),
          fc.array(queries, { minLength: 12, maxLength: 12 }),
          async (reported, asked) => {
            const store = await open();
            try {
              const ports = await fill(store, reported);
              await compareAnswers(ports, reported, asked, outcomes);
              await pruneStore(ports);
              await compareAnswers(ports, reported, asked, outcomes);
            } finally {
              await store.close();
            }
          },
        ),
        { numRuns: 40 },
      );
      const { answered, refused } = outcomes;
      assert.ok(answered > refused && refused > 0, `${answered} were answered, ${refused} were refused`);
    });
  });
}

async function fill(store: Store, reported: readonly (ReportedRow & { readonly node: string })[]) {
  for (const account of ACCOUNTS) {
    await store.accounts.insert(account);
  }
  for (const [id, city] of Object.entries(CITIES)) {
    await store.nodes.put({ id, city, code: '', country: '', region: '' });
  }
  for (const [n, { minute, node, city: _, ...row }] of reported.entries()) {
    await store.usage.apply({ node, boot: 'b', worker: 0, n, minute, rows: [row] }, NOW);
  }
  const clock = { now: () => 0 as never, unixNow: () => NOW };
  return { store, clock, settings: RETENTION } as unknown as ControlPorts;
}

async function compareAnswers(
  ports: ControlPorts,
  reported: readonly ReportedRow[],
  asked: readonly UsageQuery[],
  outcomes: { answered: number; refused: number },
): Promise<void> {
  for (const [index, query] of asked.entries()) {
    const account = ACCOUNTS[index % 2] as (typeof ACCOUNTS)[number];
    const mine = reported.filter(({ accountId }) => accountId === account.id);
    try {
      const groups = await queryUsage(ports, account, query);
      outcomes.answered += 1;
      assert.deepEqual(groups, answerNaively(query, { rows: mine, createdAt: account.createdAt, now: NOW }));
    } catch (error) {
      if (!(error instanceof ControlError)) {
        throw error;
      }
      assert.ok(['usage-forgotten', 'query-range-too-large'].includes(error.code), error.message);
      outcomes.refused += 1;
    }
  }
}
