import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OutcomeCount } from '../contract/allocation-outcome.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import { planUsageQuery } from '../control/plan-usage-query.ts';
import type { Store } from '../control/ports.ts';
import type { UsageQuery } from '../control/usage-query.ts';
import { at, type OpenStore, openWithAccount, storedKey, uidOf } from './store.suite.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const DAY = at(1_700_006_400_000);
const NOW = at(DAY + 5 * 24 * HOUR_MS);
const { accountId } = storedKey(1).key;
const account = { id: accountId, name: '', createdAt: DAY };

function outcome(change: Partial<OutcomeCount> = {}): OutcomeCount {
  return { accountId, keyUid: uidOf(1), transport: 'udp', outcome: 'started', count: 1, ...change };
}

function apply(
  store: Store,
  n: number,
  minute: number,
  outcomes: readonly OutcomeCount[],
  change: Partial<UsageDelta> = {},
) {
  return store.usage.apply(
    { node: 'node', boot: 'b', worker: 0, n, minute: at(minute), rows: [], outcomes, ...change },
    NOW,
  );
}

/** The groups as `dimension dimension count`. */
async function ask(store: Store, query: Partial<UsageQuery>): Promise<readonly string[]> {
  const asked = { dimensions: [], filter: { kind: 'all', of: [] }, orderBy: [], limit: 100, ...query } as UsageQuery;
  const retentionMs = { minute: YEAR_MS, hour: YEAR_MS, day: YEAR_MS };
  const groups = await store.usage.queryOutcomes(planUsageQuery(asked, { account, now: NOW, retentionMs }));
  return groups.map(({ dimensions, count }) => [...Object.values(dimensions), count].join(' '));
}

/** How every store keeps what became of allocations. */
export function testOutcomes(name: string, open: OpenStore): void {
  describe(`store, outcomes of allocations: ${name}`, () => {
    test('adds up by key, transport and outcome, and a delta that comes again counts once', async (context) => {
      const store = await openWithAccount(context, open);
      const first = [outcome({ count: 3 }), outcome({ outcome: 'refused_key_quota' }), outcome({ transport: 'tls' })];
      assert.equal(await apply(store, 0, DAY, first), true);
      assert.equal(await apply(store, 0, DAY, first), false);
      await apply(store, 1, DAY, [outcome({ count: 2 }), outcome({ keyUid: uidOf(2) })]);
      assert.deepEqual(await ask(store, { dimensions: ['keyId', 'transport', 'outcome'] }), [
        `${uidOf(1)} tls started 1`,
        `${uidOf(1)} udp refused_key_quota 1`,
        `${uidOf(1)} udp started 5`,
        `${uidOf(2)} udp started 1`,
      ]);
      assert.deepEqual(await ask(store, {}), ['8']);
    });

    test('sums up minutes, hours and days that make a range, each once', async (context) => {
      const store = await openWithAccount(context, open);
      const minutes = [0, 59, 60, 1439, 1440, 2879, 2880, 3000];
      for (const [n, minute] of minutes.entries()) {
        await apply(store, n, DAY + minute * 60_000, [outcome()]);
      }
      for (const [from, to] of [
        [0, 4000],
        [1, 3000],
        [59, 2880],
        [61, 1439],
        [1439, 3001],
      ] as const) {
        const bound = (operator: 'geq' | 'lt', minute: number) =>
          ({ kind: 'time', dimension: 'datetime', operator, values: [at(DAY + minute * 60_000)] }) as const;
        const filter = { kind: 'all', of: [bound('geq', from), bound('lt', to)] } as const;
        const count = minutes.filter((minute) => minute >= from && minute < to).length;
        assert.deepEqual(await ask(store, { filter }), count === 0 ? [] : [String(count)], `${from} to ${to}`);
      }
    });

    test('is filtered by patterns, ordered by the count, and knows the labels of nodes', async (context) => {
      const store = await openWithAccount(context, open);
      await store.nodes.put({ id: 'node', city: 'Bern', code: 'BRN', country: 'CH', region: '' });
      const refused = [outcome({ outcome: 'refused_egress' }), outcome({ outcome: 'refused_capacity', count: 4 })];
      await apply(store, 0, DAY, [outcome(), ...refused]);
      await apply(store, 0, DAY + HOUR_MS, refused, { node: 'other' });
      const filter = { kind: 'text', dimension: 'outcome', operator: 'like', values: ['refused_%'] } as const;
      const orderBy = [{ by: 'count', isDescending: true }] as const;
      assert.deepEqual(await ask(store, { dimensions: ['outcome'], filter, orderBy }), [
        'refused_capacity 8',
        'refused_egress 2',
      ]);
      assert.deepEqual(await ask(store, { dimensions: ['datacenterCode', 'datetimeHour'] }), [
        ` ${DAY + HOUR_MS} 5`,
        `BRN ${DAY} 6`,
      ]);
    });

    test('sees no other account', async (context) => {
      const store = await openWithAccount(context, open);
      await apply(store, 0, DAY, [outcome({ accountId: 'other' as OutcomeCount['accountId'] })]);
      assert.deepEqual(await ask(store, {}), []);
    });

    test('takes a delta whole or not at all', async (context) => {
      const store = await openWithAccount(context, open);
      await assert.rejects(
        apply(store, 0, DAY, [outcome(), outcome({ outcome: 'started', transport: 'tcp', count: 0.5 })]),
      );
      assert.deepEqual(await ask(store, {}), []);
      assert.equal(await apply(store, 0, DAY, [outcome()]), true);
    });

    test('forgets each level by itself, within the bound', async (context) => {
      const store = await openWithAccount(context, open);
      await apply(store, 0, DAY, [outcome(), outcome({ transport: 'tcp' }), outcome({ transport: 'tls' })]);
      await apply(store, 1, DAY + HOUR_MS, [outcome()]);
      assert.equal(await store.usage.prune('minute', at(DAY + HOUR_MS), 2), 2);
      assert.equal(await store.usage.prune('minute', at(DAY + HOUR_MS), 2), 1);
      assert.equal(await store.usage.prune('minute', at(DAY + HOUR_MS), 2), 0);
      assert.deepEqual(await ask(store, { dimensions: ['datetimeMinute'] }), [`${DAY + HOUR_MS} 1`]);
      assert.deepEqual(await ask(store, { dimensions: ['date'] }), [`${DAY} 4`]);
    });
  });
}
