import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { KeyUid, Username } from '../contract/ids.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import { ACCOUNT, openTestControl } from './control.test-support.ts';
import { StoreError } from './errors.ts';
import type { Store, UsageTable } from './ports.ts';
import { pruneStore } from './prune-store.ts';
import { recordUsage } from './record-usage.ts';

const MINUTE = 1_699_999_980_000 as UnixMs;

function delta(worker: number, n: number): UsageDelta {
  const counts = { ingressBytes: 10, ingressPackets: 1, egressBytes: 20, egressPackets: 1 };
  const row = {
    accountId: ACCOUNT,
    keyUid: 'a'.repeat(32) as KeyUid,
    customIdentifier: '',
    username: 'user' as Username,
    transport: 'udp',
    allocationsStarted: 0,
    allocationMs: 5_000,
    ...counts,
  } as const;
  return { node: 'node', boot: 'boot', worker, n, minute: MINUTE, rows: [row] };
}

async function ingressBytes(store: Store): Promise<number | undefined> {
  return (await store.usage.readMinute(MINUTE))[0]?.ingressBytes;
}

/** A store whose disk is full from the `failAt`-th delta on, until told otherwise. */
function fillingUp(failAt: number): { isFull: boolean; wrap(store: Store): Store } {
  const disk = {
    isFull: true,
    wrap: (store: Store): Store =>
      Object.assign(Object.create(store) as Store, {
        usage: store.usage,
        transact: (work: Parameters<Store['transact']>[0]) =>
          store.transact((session) => {
            let calls = 0;
            const apply: UsageTable['apply'] = (delta, at) => {
              calls += 1;
              const isRefused = disk.isFull && calls >= failAt;
              return isRefused ? Promise.reject(new StoreError('disk-full', 'full')) : session.usage.apply(delta, at);
            };
            return work(Object.assign(Object.create(session), { usage: { apply } }));
          }),
      }),
  };
  return disk;
}

describe('recordUsage', () => {
  test('adds each delta once', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    assert.deepEqual(await recordUsage(ports, []), { applied: 0, repeated: 0, reached: [] });
    assert.deepEqual(await recordUsage(ports, [delta(0, 1), delta(1, 1), delta(0, 2)]), {
      applied: 3,
      repeated: 0,
      reached: [],
    });
    assert.deepEqual(await recordUsage(ports, [delta(0, 2), delta(0, 3)]), { applied: 1, repeated: 1, reached: [] });
    assert.equal(await ingressBytes(ports.store), 40);
  });

  test('adds nothing of a flush that fails, so that it can be sent again whole', async (context) => {
    const disk = fillingUp(2);
    const { ports, close } = await openTestControl({}, disk.wrap);
    context.after(close);
    const flush = [delta(0, 1), delta(0, 2)];
    await assert.rejects(recordUsage(ports, flush), { name: 'StoreError', code: 'disk-full' });
    assert.equal(await ingressBytes(ports.store), undefined);
    disk.isFull = false;
    assert.deepEqual(await recordUsage(ports, flush), { applied: 2, repeated: 0, reached: [] });
    assert.equal(await ingressBytes(ports.store), 20);
  });

  test('is not confused by flushes at once', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const flushes = Array.from({ length: 10 }, (_, worker) => recordUsage(ports, [delta(worker, 1), delta(worker, 1)]));
    await Promise.all(flushes);
    assert.equal(await ingressBytes(ports.store), 100);
  });
});

test('denied peers count once as their delta does, and are pruned', async (context) => {
  const { ports, clock, close } = await openTestControl();
  context.after(close);
  const keyUid = 'a'.repeat(32) as KeyUid;
  const lastDeniedAt = clock.unixNow();
  const deniedPeer = { keyUid, address: '10.0.0.1', rule: 'private', range: '', denials: 3, lastDeniedAt };
  const denying = { ...delta(0, 1), deniedPeers: [deniedPeer] };
  await recordUsage(ports, [denying]);
  await recordUsage(ports, [denying]);
  await recordUsage(ports, [{ ...denying, n: 2, rows: [] }]);
  const stored = await ports.store.deniedPeers.list(keyUid, 0, 10);
  assert.deepEqual(stored, [{ ...deniedPeer, denials: 6, firstDeniedAt: lastDeniedAt }]);
  clock.advance(ports.settings.deniedPeerRetentionMs + 1);
  assert.equal((await pruneStore(ports)).deniedPeers, 1);
});

describe('pruneStore', () => {
  test('forgets usage beyond its retention, and old changes', async (context) => {
    const { ports, clock, close } = await openTestControl({ usageRetentionMs: 3_600_000 });
    context.after(close);
    await recordUsage(ports, [delta(0, 1)]);
    const change = { kind: 'key-deleted', keyUid: 'a'.repeat(32) as KeyUid } as const;
    await ports.store.transact((session) => session.changeLog.append(change, clock.unixNow()));
    assert.deepEqual(await pruneStore(ports), {
      revocations: 0,
      changes: 0,
      egressMonths: 0,
      usageRows: 0,
      usageSources: 0,
      sessions: 0,
      deniedPeers: 0,
      auditEntries: 0,
      connectionTests: 0,
    });
    clock.advance(3_700_000);
    assert.deepEqual(await pruneStore(ports), {
      revocations: 0,
      changes: 0,
      egressMonths: 0,
      usageRows: 2,
      usageSources: 0,
      sessions: 0,
      deniedPeers: 0,
      auditEntries: 0,
      connectionTests: 0,
    });
    clock.advance(90_000_000);
    assert.deepEqual(await pruneStore(ports), {
      revocations: 0,
      changes: 1,
      egressMonths: 0,
      usageRows: 0,
      usageSources: 0,
      sessions: 0,
      deniedPeers: 0,
      auditEntries: 0,
      connectionTests: 0,
    });
    assert.deepEqual(await recordUsage(ports, [delta(0, 1)]), { applied: 0, repeated: 1, reached: [] });
    clock.advance(8 * 86_400_000);
    assert.equal((await pruneStore(ports)).usageSources, 1);
    assert.deepEqual(await recordUsage(ports, [delta(0, 1)]), { applied: 1, repeated: 0, reached: [] });
  });
});
