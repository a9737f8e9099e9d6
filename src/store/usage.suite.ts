import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ROWS_PER_STATEMENT_MAX } from '../base/limits.ts';
import type { Username } from '../contract/ids.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import type { Store } from '../control/ports.ts';
import { at, type OpenStore, openWithAccount, storedKey } from './store.suite.ts';

const MINUTE = at(1_700_000_040_000);
const LATER = at(MINUTE + 60_000);

function row(username: string, change: Partial<UsageRow> = {}): UsageRow {
  const { uid, accountId } = storedKey(1).key;
  return {
    accountId,
    keyUid: uid,
    customIdentifier: 'me',
    username: username as Username,
    transport: 'udp',
    ingressBytes: 100,
    ingressPackets: 1,
    egressBytes: 2_000,
    egressPackets: 2,
    allocationsStarted: 1,
    allocationMs: 500,
    ...change,
  };
}

function delta(n: number, rows: readonly UsageRow[], change: Partial<UsageDelta> = {}): UsageDelta {
  return { node: 'node', boot: 'boot', worker: 0, n, minute: MINUTE, rows, ...change };
}

async function ingressBytes(store: Store, minute = MINUTE): Promise<number> {
  const rows = await store.usage.readMinute(minute);
  return rows.reduce((sum, { ingressBytes }) => sum + ingressBytes, 0);
}

/** How every store counts usage. */
export function testUsage(name: string, open: OpenStore): void {
  describe(`store, usage rows: ${name}`, () => testRows(open));
  describe(`store, usage counted once: ${name}`, () => testOnce(open));
}

function testRows(open: OpenStore): void {
  test('adds what comes for one minute, username, transport and node', async (context) => {
    const store = await openWithAccount(context, open);
    await store.usage.apply(delta(1, [row('a')]), MINUTE);
    await store.usage.apply(delta(2, [row('a'), row('b'), row('a', { transport: 'tls' })]), MINUTE);
    const twice = { ingressBytes: 200, ingressPackets: 2, egressBytes: 4_000, egressPackets: 4 };
    assert.deepEqual(await store.usage.readMinute(MINUTE), [
      { minute: MINUTE, node: 'node', ...row('a', { transport: 'tls' }) },
      { minute: MINUTE, node: 'node', ...row('a', { ...twice, allocationsStarted: 2, allocationMs: 1_000 }) },
      { minute: MINUTE, node: 'node', ...row('b') },
    ]);
    assert.deepEqual(await store.usage.readMinute(LATER), []);
  });

  test('counts bytes beyond 32 bits exactly', async (context) => {
    const store = await openWithAccount(context, open);
    await store.usage.apply(delta(1, [row('a', { ingressBytes: 2 ** 52 })]), MINUTE);
    await store.usage.apply(delta(2, [row('a', { ingressBytes: 2 ** 52 - 1 })]), MINUTE);
    assert.equal(await ingressBytes(store), 2 ** 53 - 1);
  });

  test('takes more rows than one statement holds', async (context) => {
    const store = await openWithAccount(context, open);
    const count = 2 * ROWS_PER_STATEMENT_MAX + 1;
    const rows = Array.from({ length: count }, (_, i) => row(`user ${i}`));
    await store.usage.apply(delta(1, rows), MINUTE);
    await store.usage.apply(delta(2, rows), MINUTE);
    assert.equal((await store.usage.readMinute(MINUTE)).length, count);
    assert.equal(await ingressBytes(store), 200 * count);
  });

  test('forgets old minutes, a bounded number of rows at a time', async (context) => {
    const store = await openWithAccount(context, open);
    await store.usage.apply(delta(1, [row('a'), row('b'), row('c')]), MINUTE);
    await store.usage.apply(delta(2, [row('a')], { minute: LATER }), MINUTE);
    assert.equal(await store.usage.prune('minute', MINUTE, 10), 0);
    assert.equal(await store.usage.prune('minute', LATER, 2), 2);
    // Three rows of usernames, and their key's.
    assert.equal(await store.usage.prune('minute', LATER, 3), 2);
    assert.equal(await store.usage.prune('minute', LATER, 3), 0);
    assert.equal((await store.usage.readMinute(LATER)).length, 1);
  });
}

function testOnce(open: OpenStore): void {
  test('ignores a delta that comes again, or late', async (context) => {
    const store = await openWithAccount(context, open);
    assert.equal(await store.usage.apply(delta(5, [row('a')]), MINUTE), true);
    assert.equal(await store.usage.apply(delta(5, [row('a')]), MINUTE), false);
    assert.equal(await store.usage.apply(delta(4, [row('a')]), MINUTE), false);
    assert.equal(await ingressBytes(store), 100);
    assert.equal(
      await store.usage.apply(delta(8, [row('a')]), MINUTE),
      true,
      'a gap is no reason to lose what follows',
    );
    assert.equal(await ingressBytes(store), 200);
  });

  test('tells workers, runs and nodes apart', async (context) => {
    const store = await openWithAccount(context, open);
    const sources: readonly Partial<UsageDelta>[] = [{}, { worker: 1 }, { boot: 'next' }, { node: 'other' }];
    for (const source of sources) {
      assert.equal(await store.usage.apply(delta(0, [row('a')], source), MINUTE), true);
      assert.equal(await store.usage.apply(delta(0, [row('a')], source), MINUTE), false);
    }
    assert.equal(await ingressBytes(store), 400);
  });

  test('takes a delta whole or not at all', async (context) => {
    const store = await openWithAccount(context, open);
    const bad = row('b', { ingressBytes: 0.5 });
    await assert.rejects(store.usage.apply(delta(1, [row('a'), bad]), MINUTE));
    assert.deepEqual(await store.usage.readMinute(MINUTE), []);
    assert.equal(await store.usage.apply(delta(1, [row('a')]), MINUTE), true, 'its number is still to come');
  });

  test('forgets workers that have been silent for long, so many at a time', async (context) => {
    const store = await openWithAccount(context, open);
    await store.usage.apply(delta(1, []), at(1_000));
    await store.usage.apply(delta(1, [], { worker: 1 }), at(1_100));
    await store.usage.apply(delta(1, [], { worker: 2 }), at(2_000));
    assert.equal(await store.usage.pruneSources(at(1_500), 1), 1);
    assert.equal(await store.usage.pruneSources(at(1_500), 9), 1);
    assert.equal(await store.usage.apply(delta(1, [], { worker: 2 }), at(3_000)), false);
    assert.equal(await store.usage.apply(delta(1, [], { worker: 1 }), at(3_000)), true);
  });

  test('comes to the exact sum, whatever is sent again', async (context) => {
    const store = await openWithAccount(context, open);
    // Each worker sends 1, 2, 3 …; after a failure it goes back and sends from some earlier number again.
    const sends = fc.array(fc.record({ worker: fc.nat({ max: 2 }), back: fc.nat({ max: 3 }) }), { maxLength: 30 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(sends, async (steps) => {
        run += 1;
        const minute = at(MINUTE + run * 60_000);
        const next = new Map<number, number>();
        const reached = new Map<number, number>();
        for (const { worker, back } of steps) {
          const n = Math.max(1, (next.get(worker) ?? 1) - back);
          await store.usage.apply(delta(n, [row('a')], { worker, boot: `${run}`, minute }), MINUTE);
          next.set(worker, n + 1);
          reached.set(worker, Math.max(reached.get(worker) ?? 0, n));
        }
        const deltas = [...reached.values()].reduce((sum, n) => sum + n, 0);
        assert.equal(await ingressBytes(store, minute), 100 * deltas);
      }),
      { numRuns: 30 },
    );
  });
}
