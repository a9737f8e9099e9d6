import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { at, type OpenStore, openWithAccount, storedKey, uidOf } from './store.suite.ts';

/** What a store knows of keys whose API token was replaced. */
export function testRolledKeys(name: string, open: OpenStore): void {
  describe(`store, rolled keys: ${name}`, () => testAll(open));
}

function testAll(open: OpenStore): void {
  test('a key’s token is replaced, and the one before it is kept with its end', async (context) => {
    const store = await openWithAccount(context, open);
    await store.keys.insert(storedKey(1));
    await store.keys.insert(storedKey(2));
    const { key } = storedKey(1);
    for (const [next, last, validUntil] of [
      ['second', 'hash 1', 50],
      ['third', 'second', 60],
    ] as const) {
      const previous = { tokenHash: last, validUntil: at(validUntil) };
      const rolled = { key: { ...key, modifiedAt: at(validUntil - 10) }, tokenHash: next, previous };
      assert.equal(await store.keys.replaceToken(rolled), true);
      assert.deepEqual(await store.keys.find(key.uid), rolled);
    }
    assert.deepEqual(await store.keys.find(uidOf(2)), storedKey(2));
    for (const hash of ['third', 'second']) {
      assert.equal((await store.keys.findByToken(hash))?.key.uid, key.uid);
    }
    assert.equal(await store.keys.findByToken('hash 1'), undefined);
    await store.keys.markDeleted(key.uid, at(70));
    assert.equal(await store.keys.findByToken('third'), undefined);
    assert.equal(await store.keys.replaceToken(storedKey(1)), false);
  });
}
