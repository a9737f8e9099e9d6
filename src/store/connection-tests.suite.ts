import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { ConnectionTest, ConnectionTestResult } from '../control/connection-test.ts';
import type { Store } from '../control/ports.ts';
import { at, type OpenStore, openWithAccount, storedKey } from './store.suite.ts';

const { key } = storedKey(1);

function connectionTest(id: string, change: Partial<ConnectionTest> = {}): ConnectionTest {
  return {
    id,
    accountId: key.accountId,
    keyUid: key.uid,
    createdAt: at(1),
    expiresAt: at(100),
    uses: 0,
    lastOpenedAt: undefined,
    results: 0,
    ...change,
  };
}

function result(ms: number): ConnectionTestResult {
  const path = { url: 'turn:a:1', outcome: 'no_data', candidates: [], round_trip_ms: 1.5, error: '<b>\u202e' } as const;
  return { receivedAt: at(ms), report: { user_agent: `browser ${ms}`, paths: [path] } };
}

async function openWithKey(context: TestContext, open: OpenStore): Promise<Store> {
  const store = await openWithAccount(context, open);
  await store.keys.insert(storedKey(1));
  return store;
}

/** How every store keeps connection tests and their results. */
export function testConnectionTests(name: string, open: OpenStore): void {
  describe(`store, connection tests: ${name}`, () => {
    test('finds a test by its id and by the hash of its token', async (context) => {
      const { connectionTests } = await openWithKey(context, open);
      await connectionTests.insert(connectionTest('a'), 'hash a');
      assert.deepEqual(await connectionTests.find('a'), connectionTest('a'));
      assert.deepEqual(await connectionTests.findByHash('hash a'), connectionTest('a'));
      assert.equal(await connectionTests.find('hash a'), undefined);
      assert.equal(await connectionTests.findByHash('a'), undefined);
    });

    test('lists those of an account, newest first', async (context) => {
      const { connectionTests } = await openWithKey(context, open);
      await connectionTests.insert(connectionTest('a'), 'hash a');
      await connectionTests.insert(connectionTest('c', { createdAt: at(2) }), 'hash c');
      await connectionTests.insert(connectionTest('b', { createdAt: at(2) }), 'hash b');
      const ids = async (offset: number, limit: number) =>
        (await connectionTests.list(key.accountId, offset, limit)).map(({ id }) => id);
      assert.deepEqual([await ids(0, 10), await ids(1, 1)], [['b', 'c', 'a'], ['c']]);
      assert.equal(await connectionTests.count(key.accountId), 3);
    });

    test('counts uses and results, and keeps results as they came and in their order', async (context) => {
      const { connectionTests } = await openWithKey(context, open);
      await connectionTests.insert(connectionTest('a'), 'hash a');
      await connectionTests.insert(connectionTest('b'), 'hash b');
      await connectionTests.noteUse('a', at(3));
      await connectionTests.noteUse('a', at(4));
      await connectionTests.addResult('a', result(6));
      await connectionTests.addResult('a', result(5));
      const counted = connectionTest('a', { uses: 2, lastOpenedAt: at(4), results: 2 });
      assert.deepEqual(await connectionTests.find('a'), counted);
      assert.deepEqual(await connectionTests.listResults('a'), [result(6), result(5)]);
      assert.deepEqual(await connectionTests.listResults('b'), []);
    });

    test('forgets one, and those that expired, with their results', async (context) => {
      const { connectionTests } = await openWithKey(context, open);
      for (const [id, ms] of [
        ['a', 10],
        ['b', 20],
        ['c', 30],
        ['d', 40],
      ] as const) {
        await connectionTests.insert(connectionTest(id, { expiresAt: at(ms) }), `hash ${id}`);
        await connectionTests.addResult(id, result(1));
      }
      await connectionTests.remove('d');
      assert.equal(await connectionTests.prune(at(30), 1), 1);
      assert.deepEqual([await connectionTests.find('a'), await connectionTests.listResults('a')], [undefined, []]);
      assert.equal(await connectionTests.prune(at(30), 10), 1);
      assert.equal(await connectionTests.count(key.accountId), 1);
      assert.deepEqual(await connectionTests.listResults('c'), [result(1)]);
    });
  });
}
