import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { readKey } from './read-key.ts';
import { renameKey } from './rename-key.ts';

describe('renameKey', () => {
  test('changes the name and the time of the change, nothing else', async (context) => {
    const { ports, clock, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, { name: 'old' });
    clock.advance(1_000);
    const renamed = await renameKey(ports, BY, ACCOUNT, key.uid, { name: 'new' });
    assert.deepEqual(renamed, { ...key, name: 'new', modifiedAt: key.createdAt + 1_000 });
    assert.deepEqual(await readKey(ports, ACCOUNT, key.uid), renamed);
    assert.equal(await ports.store.changeLog.lastSeq(), 1, 'relays know no names');
  });

  test('without a name changes nothing', async (context) => {
    const { ports, clock, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, { name: 'old' });
    clock.advance(1_000);
    assert.deepEqual(await renameKey(ports, BY, ACCOUNT, key.uid, {}), key);
  });

  test('refuses a bad name, and a key that is not this account’s', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key } = await createKey(ports, BY, ACCOUNT, {});
    await assert.rejects(renameKey(ports, BY, ACCOUNT, key.uid, { name: 7 }), { code: 'invalid-name' });
    for (const [account, uid] of [
      [OTHER_ACCOUNT, key.uid],
      [ACCOUNT, '0'.repeat(32)],
      [ACCOUNT, key.uid.toUpperCase()],
      [ACCOUNT, ''],
    ] as const) {
      await assert.rejects(renameKey(ports, BY, account, uid, { name: 'x' }), { code: 'key-not-found' });
      await assert.rejects(readKey(ports, account, uid), { code: 'key-not-found' });
    }
  });
});
