import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccountId } from '../contract/ids.ts';
import { at, type OpenStore, openWithAccount, uidOf } from './store.suite.ts';

/** How every store remembers what was sent in a month. */
export function testEgress(name: string, open: OpenStore): void {
  describe(`store, egress: ${name}`, () => {
    test('months that are over are pruned, a few rows at a time', async (context) => {
      const { egress } = await openWithAccount(context, open);
      const account = 'default' as AccountId;
      for (const key of [1, 2, 3]) {
        await egress.add(at(10), account, uidOf(key), 5);
      }
      await egress.add(at(20), account, undefined, 7);
      assert.equal(await egress.prune(at(10), 9), 0);
      assert.equal(await egress.prune(at(20), 2), 2);
      assert.equal(await egress.prune(at(20), 2), 1);
      assert.equal(await egress.prune(at(20), 2), 0);
      assert.deepEqual(await egress.list(at(10)), []);
      assert.deepEqual(
        (await egress.list(at(20))).map(({ egressBytes }) => egressBytes),
        [7],
      );
    });
  });
}
