import assert from 'node:assert/strict';
import { describe, mock, type TestContext, test } from 'node:test';
import type { Change } from '../contract/change.ts';
import { authenticateKey } from './authenticate-key.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { deleteKey } from './delete-key.ts';
import { StoreError } from './errors.ts';
import { followChanges } from './follow-changes.ts';
import { issueCredential } from './issue-credential.ts';
import type { Bus, ChangeLogTable, ControlPorts, Store } from './ports.ts';
import { revokeCredential } from './revoke-credential.ts';
import { rollKey } from './roll-key.ts';

const POLL_MS = 3_000;
const DEAF: Bus = { publish: () => {}, subscribe: () => () => {}, close: () => Promise.resolve() };

/** Lets everything that is ready run: promises, and reads of a store in memory, which never wait for anything else. */
async function settle(): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    await Promise.resolve();
  }
}

/** A store whose log can be made to fail, and counts its reads. */
function unreliable(): { failing: boolean; reads: number; wrap(store: Store): Store } {
  const state = {
    failing: false,
    reads: 0,
    wrap: (store: Store): Store => {
      const guard = <Result>(read: () => Promise<Result>): Promise<Result> => {
        state.reads += 1;
        return state.failing ? Promise.reject(new StoreError('database-locked', 'locked')) : read();
      };
      const changeLog: Partial<ChangeLogTable> = {
        readAfter: (seq, limit) => guard(() => store.changeLog.readAfter(seq, limit)),
        snapshot: (now, onChanges) => guard(() => store.changeLog.snapshot(now, onChanges)),
      };
      return Object.assign(Object.create(store) as Store, {
        changeLog,
        keys: store.keys,
        transact: store.transact.bind(store),
      });
    },
  };
  return state;
}

async function follow(context: TestContext, ports: ControlPorts) {
  const delivered: Change[] = [];
  const failures: unknown[] = [];
  const follower = await followChanges(ports, {
    onChanges: (changes) => delivered.push(...changes),
    onFailure: (error) => failures.push(error),
    pollMs: POLL_MS,
  });
  context.after(() => follower.stop());
  return { follower, delivered, failures };
}

async function openFollowed(context: TestContext, bus?: Bus) {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => mock.timers.reset());
  const log = unreliable();
  const control = await openTestControl({}, log.wrap);
  context.after(control.close);
  const ports = bus === undefined ? control.ports : { ...control.ports, bus };
  const pass = async (ms: number) => {
    control.clock.advance(ms);
    mock.timers.tick(ms);
    await settle();
  };
  return { ports, clock: control.clock, log, pass };
}

describe('followChanges', () => {
  test('begins with a snapshot and delivers what follows, at once on a hint', async (context) => {
    const { ports } = await openFollowed(context);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const { follower, delivered } = await follow(context, ports);
    assert.deepEqual(delivered.splice(0), [{ kind: 'key-live', keyUid: key.uid, accountId: ACCOUNT }]);
    const { username, expiresAt } = issueCredential(ports, key, {});
    await revokeCredential(ports, BY, key, username);
    await settle();
    assert.deepEqual(delivered, [{ kind: 'username-revoked', keyUid: key.uid, username, expiresAt }]);
    assert.equal(follower.seq(), 2);
  });

  test('misses nothing that happens while it reads', async (context) => {
    const { ports } = await openFollowed(context);
    const { follower, delivered } = await follow(context, ports);
    await Promise.all(Array.from({ length: 50 }, () => createKey(ports, BY, ACCOUNT, {})));
    await settle();
    assert.equal(follower.seq(), 50);
    assert.equal(delivered.length, 50);
  });

  test('finds a change whose hint was lost at the next poll', async (context) => {
    const { ports, pass } = await openFollowed(context, DEAF);
    const { delivered } = await follow(context, ports);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    await pass(POLL_MS - 1);
    assert.deepEqual(delivered, []);
    await pass(1);
    assert.deepEqual(delivered, [{ kind: 'key-live', keyUid: key.uid, accountId: ACCOUNT }]);
  });

  test('reads nothing twice for hints that it already knows of, nor spins on one that promises too much', async (context) => {
    const { ports, log } = await openFollowed(context);
    await createKey(ports, BY, ACCOUNT, {});
    await follow(context, ports);
    log.reads = 0;
    ports.bus.publish({ seq: 1 });
    await settle();
    assert.equal(log.reads, 0);
    ports.bus.publish({ seq: 99 });
    await settle();
    assert.equal(log.reads, 1);
  });

  test('survives a store that fails, backs off, reports its lag, and loses nothing', async (context) => {
    const { ports, log, pass } = await openFollowed(context);
    const { follower, delivered, failures } = await follow(context, ports);
    log.failing = true;
    log.reads = 0;
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    await settle();
    assert.equal(failures.length, 1);
    for (const expected of [100, 200, 400, 800, 1_600, POLL_MS, POLL_MS]) {
      ports.bus.publish({ seq: 9 });
      await pass(expected - 1);
      const reads = log.reads;
      await pass(1);
      assert.equal(log.reads, reads + 1, `one read after ${expected} ms`);
    }
    assert.deepEqual(delivered, []);
    assert.equal(follower.lagMs(), 3_100 + 2 * POLL_MS);
    log.failing = false;
    await pass(POLL_MS);
    assert.equal(follower.lagMs(), 0);
    assert.deepEqual(delivered, [{ kind: 'key-live', keyUid: key.uid, accountId: ACCOUNT }]);
  });

  test('takes a snapshot when the log no longer reaches back, and names the keys that are gone', async (context) => {
    const { ports, clock, pass } = await openFollowed(context, DEAF);
    const { key: stays } = await createKey(ports, BY, ACCOUNT, {});
    const { key: goes } = await createKey(ports, BY, ACCOUNT, {});
    const { follower, delivered } = await follow(context, ports);
    delivered.splice(0);
    await deleteKey(ports, BY, ACCOUNT, goes.uid);
    const { key: comes } = await createKey({ ...ports }, BY, ACCOUNT, {});
    clock.advance(1);
    await ports.store.transact((session) => session.changeLog.prune(clock.unixNow(), 99));
    await pass(POLL_MS);
    assert.deepEqual(delivered.at(-1), { kind: 'key-deleted', keyUid: goes.uid });
    assert.deepEqual(
      new Set(delivered.slice(0, -1).map((change) => change.kind === 'key-live' && change.keyUid)),
      new Set([stays.uid, comes.uid]),
    );
    assert.equal(follower.seq(), 4);
  });

  test('drops a deleted key from the verified ones, whoever deleted it', async (context) => {
    const { ports } = await openFollowed(context);
    const { key, token } = await createKey(ports, BY, ACCOUNT, {});
    await follow(context, ports);
    await authenticateKey(ports, key.uid, token);
    const elsewhere = { ...ports, verifiedKeys: { ...ports.verifiedKeys, drop: () => {} } };
    await deleteKey(elsewhere, BY, ACCOUNT, key.uid);
    await settle();
    assert.equal(ports.verifiedKeys.find(key.uid, ports.clock.now()), undefined);
  });

  test('drops a rolled key from the verified ones, whoever rolled it', async (context) => {
    const { ports } = await openFollowed(context);
    const { key, token } = await createKey(ports, BY, ACCOUNT, {});
    await follow(context, ports);
    await authenticateKey(ports, key.uid, token);
    const elsewhere = { ...ports, verifiedKeys: { ...ports.verifiedKeys, drop: () => {} } };
    await rollKey(elsewhere, BY, ACCOUNT, key.uid, { overlapSeconds: 0 });
    await settle();
    assert.equal(await authenticateKey(ports, key.uid, token), undefined);
  });

  test('rejects when even the first snapshot cannot be read', async (context) => {
    const { ports, log } = await openFollowed(context);
    log.failing = true;
    await assert.rejects(followChanges(ports, { onChanges: () => {}, pollMs: POLL_MS }), { code: 'database-locked' });
  });

  test('is silent once stopped', async (context) => {
    const { ports, log, pass } = await openFollowed(context);
    const { follower, delivered } = await follow(context, ports);
    await follower.stop();
    await follower.stop();
    log.reads = 0;
    await createKey(ports, BY, ACCOUNT, {});
    await pass(10 * POLL_MS);
    assert.equal(log.reads, 0);
    assert.deepEqual(delivered, []);
  });
});
