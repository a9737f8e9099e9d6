import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import type { Store } from './ports.ts';

describe('createKey', () => {
  test('answers with the key and, once, its token', async (context) => {
    const { ports, clock, close } = await openTestControl();
    context.after(close);
    const { key, token } = await createKey(ports, BY, ACCOUNT, { name: 'back end' });
    assert.match(key.uid, /^[0-9a-f]{32}$/);
    assert.match(token, /^[0-9a-f]{64}$/);
    const now = clock.unixNow();
    assert.deepEqual(key, { uid: key.uid, accountId: ACCOUNT, name: 'back end', createdAt: now, modifiedAt: now });
    const stored = await ports.store.keys.find(key.uid);
    assert.deepEqual(stored?.key, key);
    assert.ok(!JSON.stringify(stored).includes(token));
  });

  test('logs the change with the row, and hints at it afterwards', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const hints: number[] = [];
    ports.bus.subscribe((hint) => hints.push(hint.seq));
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    assert.deepEqual(await ports.store.changeLog.readAfter(0, 10), [
      { seq: 1, change: { kind: 'key-live', keyUid: key.uid, accountId: ACCOUNT } },
    ]);
    await Promise.resolve();
    assert.deepEqual(hints, [1]);
  });

  test('leaves neither row nor change nor hint when logging fails', async (context) => {
    const failing = (store: Store): Store =>
      Object.assign(Object.create(store) as Store, {
        transact: (work: Parameters<Store['transact']>[0]) =>
          store.transact((session) =>
            work({
              ...session,
              changeLog: { ...session.changeLog, append: () => Promise.reject(new Error('power cut')) },
            }),
          ),
        keys: store.keys,
      });
    const { ports, close } = await openTestControl({}, failing);
    context.after(close);
    const hints: number[] = [];
    ports.bus.subscribe((hint) => hints.push(hint.seq));
    await assert.rejects(createKey(ports, BY, ACCOUNT, {}), /power cut/);
    await Promise.resolve();
    assert.equal(await ports.store.keys.count(ACCOUNT), 0);
    assert.deepEqual(hints, []);
  });

  test('takes any text as a name, and none', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    for (const name of ['', '😀'.repeat(64), '<script>', 'a\u202eb']) {
      assert.equal((await createKey(ports, BY, ACCOUNT, { name })).key.name, name);
    }
    assert.equal((await createKey(ports, BY, ACCOUNT, {})).key.name, '');
  });

  test('refuses a name that is too long, or no text', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    for (const name of ['x'.repeat(257), '😀'.repeat(65), 5, null, {}, ['a'], '\ud800', 'a\0b']) {
      await assert.rejects(createKey(ports, BY, ACCOUNT, { name }), {
        name: 'ControlError',
        code: 'invalid-name',
        pointer: '/name',
      });
    }
    assert.equal(await ports.store.keys.count(ACCOUNT), 0);
  });

  test('refuses an account that does not exist, or cannot', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    for (const account of ['nobody', '', '../default', 'x'.repeat(65), 'default\n']) {
      await assert.rejects(createKey(ports, BY, account, {}), { code: 'account-not-found' });
    }
  });

  test('stops at the account’s limit, however many come at once, and goes on after a deletion', async (context) => {
    const { ports, close } = await openTestControl({ maxKeysPerAccount: 5 });
    context.after(close);
    const results = await Promise.allSettled(Array.from({ length: 9 }, () => createKey(ports, BY, ACCOUNT, {})));
    const refused = results.filter((result) => result.status === 'rejected');
    assert.deepEqual(
      refused.map((result) => result.reason.code),
      Array(4).fill('key-limit-reached'),
    );
    await createKey(ports, BY, OTHER_ACCOUNT, {});
    const [oldest] = await ports.store.keys.list(ACCOUNT, 0, 1);
    assert.ok(oldest);
    await ports.store.keys.markDeleted(oldest.uid, ports.clock.unixNow());
    await createKey(ports, BY, ACCOUNT, {});
    await assert.rejects(createKey(ports, BY, ACCOUNT, {}), { code: 'key-limit-reached', message: /has 5 TURN keys/ });
  });
});
