import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DENIED_PEERS_PER_KEY_MAX } from '../base/limits.ts';
import type { DeniedPeer } from '../contract/denied-peer.ts';
import type { AccountId } from '../contract/ids.ts';
import { at, type OpenStore, openWithAccount, storedKey, uidOf } from './store.suite.ts';

function denied(address: string, lastDeniedAt: number, change: Partial<DeniedPeer> = {}): DeniedPeer {
  return {
    keyUid: uidOf(1),
    address,
    rule: 'private',
    range: '',
    denials: 1,
    lastDeniedAt: at(lastDeniedAt),
    ...change,
  };
}

/** How every store remembers denied peers. */
export function testDeniedPeers(name: string, open: OpenStore): void {
  describe(`store, denied peers: ${name}`, () => {
    test('counts of one key, address and rule are added, and what was denied last comes first', async (context) => {
      const { deniedPeers } = await openWithAccount(context, open);
      await deniedPeers.add([denied('10.0.0.1', 5, { denials: 2 }), denied('10.0.0.2', 6)]);
      await deniedPeers.add([
        denied('10.0.0.1', 9),
        denied('10.0.0.2', 4),
        denied('10.0.0.1', 7, { rule: 'own_host' }),
      ]);
      await deniedPeers.add([denied('10.0.0.1', 8, { keyUid: uidOf(2) })]);
      const first = { firstDeniedAt: at(5) };
      assert.deepEqual(await deniedPeers.list(uidOf(1), 0, 10), [
        { ...denied('10.0.0.1', 9, { denials: 3 }), ...first },
        { ...denied('10.0.0.1', 7, { rule: 'own_host' }), firstDeniedAt: at(7) },
        { ...denied('10.0.0.2', 6, { denials: 2 }), firstDeniedAt: at(6) },
      ]);
      assert.equal((await deniedPeers.list(uidOf(1), 1, 1))[0]?.rule, 'own_host');
      assert.deepEqual([await deniedPeers.count(uidOf(1)), await deniedPeers.count(uidOf(2))], [3, 1]);
    });

    test('the range of the deny list is the latest', async (context) => {
      const { deniedPeers } = await openWithAccount(context, open);
      await deniedPeers.add([denied('8.8.8.8', 1, { rule: 'deny_list', range: '8.8.8.0/24' })]);
      await deniedPeers.add([denied('8.8.8.8', 2, { rule: 'deny_list', range: '8.0.0.0/8' })]);
      assert.equal((await deniedPeers.list(uidOf(1), 0, 10))[0]?.range, '8.0.0.0/8');
    });

    test('of each key those denied last are kept, within the limit', async (context) => {
      const { deniedPeers } = await openWithAccount(context, open);
      await deniedPeers.add([denied('9.9.9.9', 1, { keyUid: uidOf(2) })]);
      const many = Array.from({ length: DENIED_PEERS_PER_KEY_MAX + 2 }, (_, i) => denied(`10.0.${i}`, i + 1));
      await deniedPeers.add(many);
      assert.equal(await deniedPeers.count(uidOf(1)), DENIED_PEERS_PER_KEY_MAX);
      const oldest = await deniedPeers.list(uidOf(1), DENIED_PEERS_PER_KEY_MAX - 1, 10);
      assert.deepEqual(
        oldest.map(({ address }) => address),
        ['10.0.2'],
      );
      assert.equal(await deniedPeers.count(uidOf(2)), 1, 'the other key has its own limit');
    });

    test('of an account those of its live keys are listed, denied since a moment', async (context) => {
      const store = await openWithAccount(context, open);
      const { deniedPeers, keys } = store;
      for (const key of [1, 2]) {
        await keys.insert(storedKey(key));
      }
      await deniedPeers.add([
        denied('10.0.0.1', 4),
        denied('10.0.0.2', 5),
        denied('10.0.0.3', 7, { keyUid: uidOf(2) }),
        denied('10.0.0.4', 6),
        denied('10.0.0.5', 9, { keyUid: uidOf(3) }),
      ]);
      const { accountId } = storedKey(1).key;
      const listed = async (since: number, limit: number) =>
        (await deniedPeers.listRecent(accountId, at(since), limit)).map(({ address }) => address);
      assert.deepEqual(await listed(5, 10), ['10.0.0.3', '10.0.0.4', '10.0.0.2']);
      assert.deepEqual(await listed(5, 1), ['10.0.0.3']);
      await keys.markDeleted(uidOf(2), at(9));
      assert.deepEqual(await listed(5, 10), ['10.0.0.4', '10.0.0.2']);
      assert.deepEqual(await deniedPeers.listRecent('other' as AccountId, at(0), 10), []);
    });

    test('old ones are pruned, a few at a time', async (context) => {
      const { deniedPeers } = await openWithAccount(context, open);
      await deniedPeers.add([1, 2, 3, 4].map((i) => denied(`10.0.0.${i}`, i)));
      assert.equal(await deniedPeers.prune(at(4), 2), 2);
      assert.equal(await deniedPeers.prune(at(4), 2), 1);
      assert.equal(await deniedPeers.prune(at(4), 2), 0);
      assert.equal(await deniedPeers.count(uidOf(1)), 1);
    });
  });
}
