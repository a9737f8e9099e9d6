import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SNAPSHOT_CHANGES_PER_READ } from '../base/limits.ts';
import type { AccountId, Username } from '../contract/ids.ts';
import type { Store } from '../control/ports.ts';
import { at, type OpenStore, openWithAccount, readSnapshot, storedKey, uidOf } from './store.suite.ts';

const account = 'default' as AccountId;

/** What a store keeps of the changes that relays are told. */
export function testChangeLog(name: string, open: OpenStore): void {
  describe(`store, change log: ${name}`, () => testAll(open));
}

function testAll(open: OpenStore): void {
  const live = (i: number) => ({ kind: 'key-live', keyUid: uidOf(i), accountId: account }) as const;
  const append = (store: Store, i: number) => store.transact((session) => session.changeLog.append(live(i), at(i)));

  test('refuses a change outside a transaction', async (context) => {
    const store = await openWithAccount(context, open);
    await assert.rejects(store.changeLog.append(live(1), at(1)), { name: 'AssertionError' });
  });

  test('is read on from any number, in order, in parts', async (context) => {
    const store = await openWithAccount(context, open);
    assert.deepEqual(await store.changeLog.readAfter(0, 10), []);
    for (let i = 1; i <= 5; i += 1) {
      assert.equal(await append(store, i), i);
    }
    assert.deepEqual(await store.changeLog.readAfter(3, 10), [
      { seq: 4, change: live(4) },
      { seq: 5, change: live(5) },
    ]);
    assert.deepEqual(
      (await store.changeLog.readAfter(0, 2))?.map((entry) => entry.seq),
      [1, 2],
    );
    assert.deepEqual(await store.changeLog.readAfter(5, 10), []);
  });

  test('says when it does not reach back far enough, or is older than its reader', async (context) => {
    const store = await openWithAccount(context, open);
    for (let i = 1; i <= 5; i += 1) {
      await append(store, i);
    }
    assert.equal(await store.changeLog.prune(at(4), 2), 2);
    assert.equal(await store.changeLog.prune(at(4), 2), 1);
    assert.equal(await store.changeLog.prune(at(4), 2), 0);
    assert.equal(await store.changeLog.readAfter(2, 10), undefined);
    assert.deepEqual((await store.changeLog.readAfter(3, 10))?.length, 2);
    assert.equal(await store.changeLog.readAfter(9, 10), undefined);
    assert.equal(await store.changeLog.prune(at(99), 10), 2);
    assert.equal(await store.changeLog.readAfter(4, 10), undefined);
    assert.deepEqual(await store.changeLog.readAfter(5, 10), []);
    assert.equal(await append(store, 6), 6, 'numbers go on after everything was pruned');
  });

  test('comes to a snapshot of live keys and unexpired revocations of theirs', async (context) => {
    const store = await openWithAccount(context, open);
    for (const i of [1, 2]) {
      await store.keys.insert(storedKey(i));
      await append(store, i);
      for (const expiresAt of [100, 200]) {
        const username = `user ${i} ${expiresAt}` as Username;
        const revocation = { keyUid: uidOf(i), expiresAt: at(expiresAt) };
        await store.revocations.put({ kind: 'username-revoked', username, ...revocation }, at(1));
      }
    }
    await store.keys.markDeleted(uidOf(2), at(3));
    assert.deepEqual(await readSnapshot(store, 100), {
      seq: 2,
      changes: [live(1), { kind: 'username-revoked', keyUid: uidOf(1), username: 'user 1 200', expiresAt: 200 }],
    });
  });

  test('is read into a snapshot in parts, between which others read', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    const count = 2 * SNAPSHOT_CHANGES_PER_READ + 1;
    await store.transact(async (session) => {
      for (let i = 0; i < count; i += 1) {
        const username = `user ${String(i).padStart(5, '0')}` as Username;
        const revocation = { kind: 'username-revoked', keyUid: uidOf(1), expiresAt: at(100), username } as const;
        await session.revocations.put(revocation, at(1));
      }
    });
    const order: string[] = [];
    let read: Promise<unknown> | undefined;
    let revoked = 0;
    await store.changeLog.snapshot(at(1), (part) => {
      revoked += part.filter(({ kind }) => kind === 'username-revoked').length;
      read ??= revoked > 0 ? store.keys.find(uidOf(1)).then(() => order.push('another read')) : undefined;
    });
    order.push('the snapshot');
    await read;
    assert.equal(revoked, count);
    assert.deepEqual(order, ['another read', 'the snapshot']);
  });
}
