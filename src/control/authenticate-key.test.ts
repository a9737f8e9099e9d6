import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VERIFIED_KEY_AGE_MS_MAX } from '../base/limits.ts';
import { authenticateKey } from './authenticate-key.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import type { KeyTable, Store } from './ports.ts';

/** Counts the reads of keys. */
function countReads(): { reads: number; wrap(store: Store): Store } {
  const counter = {
    reads: 0,
    wrap: (store: Store): Store => {
      const find: KeyTable['find'] = (uid) => {
        counter.reads += 1;
        return store.keys.find(uid);
      };
      return Object.assign(Object.create(store) as Store, {
        transact: store.transact.bind(store),
        keys: { find },
      });
    },
  };
  return counter;
}

describe('authenticateKey', () => {
  test('knows a key by uid and token, and nothing else', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const one = await createKey(ports, BY, ACCOUNT, {});
    const two = await createKey(ports, BY, ACCOUNT, {});
    assert.deepEqual(await authenticateKey(ports, one.key.uid, one.token), one.key);
    for (const [uid, token] of [
      [one.key.uid, two.token],
      [one.key.uid, ''],
      [one.key.uid, `${one.token} `],
      [one.key.uid, one.token.toUpperCase()],
      [one.key.uid, one.token.slice(0, -1)],
      ['0'.repeat(32), one.token],
      [one.key.uid.toUpperCase(), one.token],
      ['', one.token],
      ["' or 1=1 --", one.token],
      [one.key.uid, '\ud800'],
    ] as const) {
      assert.equal(await authenticateKey(ports, uid, token), undefined, `${uid} ${token}`);
    }
  });

  test('reads a key’s row once in a while, not for each request', async (context) => {
    const counter = countReads();
    const { ports, clock, close } = await openTestControl({}, counter.wrap);
    context.after(close);
    const { key, token } = await createKey(ports, BY, ACCOUNT, {});
    for (let i = 0; i < 100; i += 1) {
      assert.deepEqual(await authenticateKey(ports, key.uid, token), key);
    }
    assert.equal(counter.reads, 1);
    clock.advance(VERIFIED_KEY_AGE_MS_MAX);
    await authenticateKey(ports, key.uid, token);
    assert.equal(counter.reads, 2);
  });

  test('does the same reads for a wrong token of a known key as for an unknown key', async (context) => {
    const counter = countReads();
    const { ports, close } = await openTestControl({}, counter.wrap);
    context.after(close);
    const { key, token } = await createKey(ports, BY, ACCOUNT, {});
    await authenticateKey(ports, key.uid, token);
    for (const [uid, wrong] of [
      [key.uid, 'f'.repeat(64)],
      ['0'.repeat(32), token],
    ] as const) {
      counter.reads = 0;
      await authenticateKey(ports, uid, wrong);
      assert.equal(counter.reads, 1);
    }
  });

  test('does not remember a key that was deleted while its row was being read', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    const { key, token } = await createKey(ports, BY, ACCOUNT, {});
    const reading = authenticateKey(ports, key.uid, token);
    ports.verifiedKeys.drop(key.uid);
    await reading;
    assert.equal(ports.verifiedKeys.find(key.uid, ports.clock.now()), undefined);
  });
});
