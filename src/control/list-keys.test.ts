import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createKey } from './create-key.ts';
import { listKeys } from './list-keys.ts';

describe('listKeys', () => {
  test('pages through an account’s 1,000 keys, newest first, each once', async (context) => {
    const { ports, clock, close } = await openTestControl();
    context.after(close);
    const created: string[] = [];
    for (let i = 0; i < 1_000; i += 1) {
      clock.advance(i % 3);
      created.push((await createKey(ports, BY, ACCOUNT, { name: `${i}` })).key.uid);
    }
    await assert.rejects(createKey(ports, BY, ACCOUNT, {}), { code: 'key-limit-reached' });
    await createKey(ports, BY, OTHER_ACCOUNT, {});
    const seen: string[] = [];
    let last = Number.POSITIVE_INFINITY;
    for (let page = 1; page <= 11; page += 1) {
      const { keys, totalCount } = await listKeys(ports, ACCOUNT, { page, perPage: 100 });
      assert.equal(totalCount, 1_000);
      assert.equal(keys.length, page <= 10 ? 100 : 0);
      for (const key of keys) {
        assert.ok(key.createdAt <= last);
        last = key.createdAt;
        seen.push(key.uid);
      }
    }
    assert.deepEqual(seen.sort(), created.sort());
    assert.equal((await listKeys(ports, ACCOUNT, { page: 1, perPage: 1_000 })).keys.length, 1_000);
  });

  test('refuses a page that cannot be', async (context) => {
    const { ports, close } = await openTestControl();
    context.after(close);
    for (const page of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) {
      const refused = { code: 'invalid-page', message: /^page must/, pointer: undefined };
      await assert.rejects(listKeys(ports, ACCOUNT, { page, perPage: 10 }), refused);
    }
    for (const perPage of [0, 1_001]) {
      const refused = { code: 'invalid-page', message: /^per_page must/, pointer: undefined };
      await assert.rejects(listKeys(ports, ACCOUNT, { page: 1, perPage }), refused);
    }
    await assert.rejects(listKeys(ports, 'nobody', { page: 1, perPage: 1 }), { code: 'account-not-found' });
  });
});
