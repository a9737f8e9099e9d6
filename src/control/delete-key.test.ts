import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authenticateKey } from './authenticate-key.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { deleteKey } from './delete-key.ts';
import { readKey } from './read-key.ts';

describe('deleteKey', () => {
  test('ends the key and its token at once, and tells the relays', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key, token } = await createKey(ports, BY, ACCOUNT, { name: 'gone' });
    assert.deepEqual(await authenticateKey(ports, key.uid, token), key);
    const hints: number[] = [];
    ports.bus.subscribe((hint) => hints.push(hint.seq));
    assert.deepEqual(await deleteKey(ports, BY, ACCOUNT, key.uid), key);
    assert.equal(await authenticateKey(ports, key.uid, token), undefined);
    await assert.rejects(readKey(ports, ACCOUNT, key.uid), { code: 'key-not-found' });
    assert.deepEqual(await ports.store.changeLog.readAfter(1, 10), [
      { seq: 2, change: { kind: 'key-deleted', keyUid: key.uid } },
    ]);
    assert.deepEqual(hints, [2]);
  });

  test('happens once, however many ask at once', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    const results = await Promise.allSettled([1, 2, 3].map(() => deleteKey(ports, BY, ACCOUNT, key.uid)));
    assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected', 'rejected']);
    assert.equal(await ports.store.changeLog.lastSeq(), 2);
  });

  test('refuses a key of another account', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    await assert.rejects(deleteKey(ports, BY, OTHER_ACCOUNT, key.uid), { code: 'key-not-found' });
    assert.deepEqual(await readKey(ports, ACCOUNT, key.uid), key);
  });
});
