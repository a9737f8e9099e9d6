import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, Username } from '../contract/ids.ts';
import { LocalQuota } from './quota.ts';
import { QuotaKeyMaker, type QuotaKeys } from './quota-keys.ts';
import { addressOf } from './test-support/script-options.ts';
import { User } from './user.ts';

const SECRET = new Uint8Array(16).fill(3);
const NO_MAX = Number.POSITIVE_INFINITY;

interface Holder {
  readonly username?: string;
  readonly customIdentifier?: string;
  readonly key?: string;
  readonly account?: string;
  readonly client?: string;
}

function keysOf({ username = 'u', customIdentifier = '', key = '1', account = 'a', client = '1.2.3.4:5' }: Holder) {
  const claims = {
    keyUid: key.repeat(32) as KeyUid,
    customIdentifier,
    issuedAt: 0 as UnixMs,
    expiresAt: 0 as UnixMs,
  };
  const user = new User(username as Username, claims, () => '');
  return new QuotaKeyMaker(SECRET).make(user, account as AccountId, addressOf(client), 0);
}

/** How many of the holders' allocations there is room for. */
function acquired(maxes: readonly number[], ...holders: readonly Holder[]): number {
  const quota = new LocalQuota();
  return holders.filter((holder) => quota.acquire(keysOf(holder), maxes) === undefined).length;
}

test('each scope has its own count', () => {
  const alice = { username: 'alice', customIdentifier: 'x', key: '1', account: 'a', client: '1.2.3.4:1' };
  const bob = { username: 'bob', customIdentifier: 'y', key: '2', account: 'b', client: '1.2.3.5:1' };
  for (const [place, same] of (['username', 'customIdentifier', 'key', 'account', 'client'] as const).entries()) {
    const maxes = [0, 1, 2, 3, 4].map((other) => (other === place ? 1 : NO_MAX));
    assert.equal(acquired(maxes, alice, bob), 2, same);
    // A username and a custom identifier are one of their key.
    const key = same === 'username' || same === 'customIdentifier' ? alice.key : bob.key;
    const twin = { ...bob, key, [same]: alice[same] };
    assert.equal(acquired(maxes, alice, twin), 1, same);
  }
});

test('a custom identifier counts within its key, and none does not count', () => {
  const maxes = [NO_MAX, 1, NO_MAX, NO_MAX, NO_MAX];
  assert.equal(acquired(maxes, { customIdentifier: 'x', key: '1' }, { customIdentifier: 'x', key: '2' }), 2);
  assert.equal(acquired(maxes, {}, {}, {}), 3);
});

test('an IPv6 /64 is one client address, whatever the ports', () => {
  const maxes = [NO_MAX, NO_MAX, NO_MAX, NO_MAX, 1];
  const clients = (...addresses: readonly string[]) => acquired(maxes, ...addresses.map((client) => ({ client })));
  assert.equal(clients('[2001:db8:1:2::1]:1', '[2001:db8:1:2:ffff::9]:2'), 1);
  assert.equal(clients('[2001:db8:1:2::1]:1', '[2001:db8:1:3::1]:1'), 2);
  assert.equal(clients('1.2.3.4:1', '1.2.3.4:2'), 1);
  assert.equal(clients('32.1.13.184:1', '[2001:db8::1]:1'), 2);
});

test('where one scope is full, none is counted', () => {
  const quota = new LocalQuota();
  const maxes = [NO_MAX, NO_MAX, NO_MAX, 1, 1];
  const first: QuotaKeys = keysOf({ account: 'a', client: '1.2.3.4:1' });
  const other: QuotaKeys = keysOf({ account: 'b', client: '1.2.3.4:1' });
  assert.equal(quota.acquire(first, maxes), undefined);
  assert.equal(quota.acquire(first, maxes), 'account');
  assert.equal(quota.acquire(other, maxes), 'client-address');
  quota.release(first);
  assert.equal(quota.size, 0);
  assert.equal(quota.acquire(other, maxes), undefined);
});

test('releasing more than was acquired is a bug', () => {
  assert.throws(() => new LocalQuota().release(keysOf({})), AssertionError);
});
