import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccountId, SharedSecretId } from '../contract/ids.ts';
import type { StoredSharedSecret } from '../control/ports.ts';
import { at, type OpenStore, openWithAccount, readSnapshot, storedKey, uidOf } from './store.suite.ts';

/** What a store keeps of the secrets that TURN keys share. */
export function testSharedSecrets(name: string, open: OpenStore): void {
  describe(`store, shared secrets: ${name}`, () => testAll(open));
}

function testAll(open: OpenStore): void {
  const secretOf = (i: number, key: number): StoredSharedSecret => ({
    secret: { id: uidOf(i) as string as SharedSecretId, keyUid: uidOf(key), name: `secret ${i}`, createdAt: at(i) },
    sealed: `sealed ${i}`,
  });

  test('are listed newest first, of one key or of all, until they are removed', async (context) => {
    const store = await openWithAccount(context, open);
    const [first, second, third] = [secretOf(1, 1), secretOf(2, 2), secretOf(3, 1)];
    await store.keys.insert(storedKey(1));
    await store.keys.insert(storedKey(2));
    for (const secret of [first, second, third]) {
      await store.sharedSecrets.insert(secret);
    }
    assert.deepEqual(await store.sharedSecrets.listAll(), [third, second, first]);
    assert.deepEqual(await store.sharedSecrets.list(uidOf(1)), [third, first]);
    assert.equal(await store.sharedSecrets.countOfAccount('default' as AccountId), 3);
    assert.equal(await store.sharedSecrets.countOfAccount('another' as AccountId), 0);
    await store.sharedSecrets.reseal(first.secret.id, 'sealed anew');
    assert.deepEqual(await store.sharedSecrets.list(uidOf(1)), [third, { ...first, sealed: 'sealed anew' }]);
    await store.sharedSecrets.remove(third.secret.id);
    await store.sharedSecrets.removeOfKey(uidOf(2));
    assert.deepEqual(await store.sharedSecrets.listAll(), [{ ...first, sealed: 'sealed anew' }]);
  });

  test('are in the snapshot behind the keys, oldest first, while their key lives', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    await store.keys.insert(storedKey(2));
    for (const secret of [secretOf(4, 1), secretOf(3, 1), secretOf(5, 2)]) {
      await store.sharedSecrets.insert(secret);
    }
    await store.keys.markDeleted(uidOf(2), at(9));
    const { changes } = await readSnapshot(store, 10);
    assert.deepEqual(
      changes.slice(1),
      [3, 4].map((i) => ({
        kind: 'shared-secret-added',
        keyUid: uidOf(1),
        secretId: uidOf(i),
        sealed: `sealed ${i}`,
      })),
    );
  });
}
