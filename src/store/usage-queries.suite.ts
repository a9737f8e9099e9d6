import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Username } from '../contract/ids.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import { planUsageQuery } from '../control/plan-usage-query.ts';
import type { Store } from '../control/ports.ts';
import type { UsageQuery } from '../control/usage-query.ts';
import { at, type OpenStore, openWithAccount, storedKey } from './store.suite.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const DAY = at(1_700_006_400_000);
const NOW = at(DAY + 5 * 24 * HOUR_MS);
const account = { id: storedKey(1).key.accountId, name: '', createdAt: DAY };
const everything: UsageQuery = { dimensions: [], filter: { kind: 'all', of: [] }, orderBy: [], limit: 100 };

function row(username: string, change: Partial<UsageRow> = {}): UsageRow {
  const { uid: keyUid, accountId } = storedKey(1).key;
  const counts = { ingressBytes: 1, ingressPackets: 1, egressBytes: 10, egressPackets: 1 };
  const lived = { allocationsStarted: 1, allocationMs: 60_000 };
  const names = { accountId, keyUid, customIdentifier: username, username: username as Username } as const;
  return { ...names, transport: 'udp', ...counts, ...lived, ...change };
}

async function fill(store: Store, deltas: readonly (Pick<UsageDelta, 'minute' | 'rows'> & { node?: string })[]) {
  for (const [n, { node = 'node', ...delta }] of deltas.entries()) {
    await store.usage.apply({ node, boot: 'b', worker: 0, n, ...delta }, NOW);
  }
}

function ask(store: Store, query: Partial<UsageQuery>) {
  const asked = { ...everything, ...query };
  return store.usage.query(
    planUsageQuery(asked, { account, now: NOW, retentionMs: { minute: YEAR_MS, hour: YEAR_MS, day: YEAR_MS } }),
  );
}

/** How every store answers queries of usage. */
export function testUsageQueries(name: string, open: OpenStore): void {
  describe(`store, usage queries: ${name}`, () => {
    test('sums up minutes, hours and days that make a range, each once', async (context) => {
      const store = await openWithAccount(context, open);
      const minutes = [0, 59, 60, 1439, 1440, 2879, 2880, 3000];
      await fill(
        store,
        minutes.map((minute) => ({ minute: at(DAY + minute * 60_000), rows: [row('a')] })),
      );
      const ranged = async (from: number, to: number) => {
        const bound = (operator: 'geq' | 'lt', minute: number) =>
          ({ kind: 'time', dimension: 'datetime', operator, values: [at(DAY + minute * 60_000)] }) as const;
        const groups = await ask(store, { filter: { kind: 'all', of: [bound('geq', from), bound('lt', to)] } });
        return groups.map(({ egressBytes }) => egressBytes);
      };
      for (const [from, to] of [
        [0, 4000],
        [1, 3000],
        [59, 2880],
        [60, 1440],
        [61, 1439],
        [1439, 3001],
      ] as const) {
        const expected = minutes.filter((minute) => minute >= from && minute < to).length * 10;
        assert.deepEqual(await ranged(from, to), expected === 0 ? [] : [expected], `${from} to ${to}`);
      }
    });

    test('groups by a bucket and a text, ordered', async (context) => {
      const store = await openWithAccount(context, open);
      await fill(store, [
        { minute: at(DAY + 60_000), rows: [row('a'), row('b', { egressBytes: 30 })] },
        { minute: at(DAY + 2 * HOUR_MS), rows: [row('a', { egressBytes: 20 })] },
      ]);
      const groups = await ask(store, {
        dimensions: ['datetimeHour', 'customIdentifier'],
        orderBy: [
          { by: 'date', isDescending: false },
          { by: 'egressBytes', isDescending: true },
        ],
      });
      const shown = groups.map(({ dimensions, egressBytes }) => [
        dimensions.datetimeHour,
        dimensions.customIdentifier,
        egressBytes,
      ]);
      assert.deepEqual(shown, [
        [DAY, 'b', 30],
        [DAY + 2 * HOUR_MS, 'a', 20],
        [DAY, 'a', 10],
      ]);
    });

    test('knows the labels of nodes, and those that have none', async (context) => {
      const store = await openWithAccount(context, open);
      await store.nodes.put({ id: 'node', city: 'Bern', code: 'x', country: 'CH', region: '' });
      await store.nodes.put({ id: 'node', city: 'Bern', code: 'BRN', country: 'CH', region: '' });
      await fill(store, [
        { minute: DAY, rows: [row('a')] },
        { minute: DAY, rows: [row('a', { egressBytes: 7 })], node: 'other' },
      ]);
      const groups = await ask(store, { dimensions: ['datacenterCode'] });
      assert.deepEqual(
        groups.map(({ dimensions, egressBytes }) => [dimensions.datacenterCode, egressBytes]),
        [
          ['', 7],
          ['BRN', 10],
        ],
      );
    });

    test('compares texts by their case, and by patterns', async (context) => {
      const store = await openWithAccount(context, open);
      const names = ['alice', 'Alice', 'a_ice', 'bob%', 'a\\ice'];
      await fill(store, [{ minute: DAY, rows: names.map((name) => row(name)) }]);
      const find = async (operator: 'like' | 'gt' | 'neq' | 'in' | 'notin', ...values: readonly string[]) => {
        const filter = { kind: 'text', dimension: 'customIdentifier', operator, values } as const;
        const groups = await ask(store, { dimensions: ['customIdentifier'], filter });
        return groups.map(({ dimensions }) => dimensions.customIdentifier);
      };
      assert.deepEqual(await find('like', 'a%'), ['a\\ice', 'a_ice', 'alice']);
      assert.deepEqual(await find('like', 'A_ice'), ['Alice']);
      assert.deepEqual(await find('like', 'a\\%'), ['a\\ice']);
      assert.deepEqual(await find('gt', 'alice'), ['bob%']);
      assert.deepEqual(await find('in'), []);
      assert.deepEqual(await find('notin', 'alice', 'Alice'), ['a\\ice', 'a_ice', 'bob%']);
    });

    test('sees no other account', async (context) => {
      const store = await openWithAccount(context, open);
      await fill(store, [{ minute: DAY, rows: [row('a', { accountId: 'other' as UsageRow['accountId'] })] }]);
      assert.deepEqual(await ask(store, {}), []);
      assert.deepEqual(await ask(store, { dimensions: ['datetimeMinute'] }), []);
    });
  });
}
