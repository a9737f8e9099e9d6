import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../base/assert.ts';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, Username } from '../contract/ids.ts';
import type { AllocationQuota } from './quota.ts';
import { QUOTA_SCOPES, QuotaKeyMaker, type QuotaKeys, type QuotaScope } from './quota-keys.ts';
import { addressOf } from './test-support/script-options.ts';
import { User } from './user.ts';

const SECRET = new Uint8Array(16).fill(3);
const NO_MAX = Number.POSITIVE_INFINITY;
/** The max of each scope in the random script, whose users are few enough to meet all of them. */
const SMALL_MAXES = [2, 3, 4, 6, 5];

interface Owner {
  readonly username?: string;
  readonly customIdentifier?: string;
  readonly key?: string;
  readonly account?: string;
  readonly client?: string;
}

/** What an allocation of this owner is counted by. */
export function quotaKeysOf(owner: Owner = {}): QuotaKeys {
  const { username = 'u', customIdentifier = '', key = '1', account = 'a', client = '1.2.3.4:5' } = owner;
  const claims = {
    keyUid: key.repeat(32) as KeyUid,
    customIdentifier,
    issuedAt: 0 as UnixMs,
    expiresAt: 0 as UnixMs,
  };
  const user = new User(username as Username, claims, () => '');
  return new QuotaKeyMaker(SECRET).make(user, account as AccountId, addressOf(client), 0);
}

/** What every quota does. `open` makes one that nobody else uses. */
export function testAllocationQuota(name: string, open: () => AllocationQuota): void {
  /** How many of the owners' allocations there is room for. */
  const acquired = (maxes: readonly number[], ...owners: readonly Owner[]): number => {
    const quota = open();
    return owners.filter((owner) => quota.acquire(quotaKeysOf(owner), maxes) === undefined).length;
  };

  describe(`allocation quota: ${name}`, () => {
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
      const quota = open();
      const maxes = [NO_MAX, NO_MAX, NO_MAX, 1, 1];
      const first: QuotaKeys = quotaKeysOf({ account: 'a', client: '1.2.3.4:1' });
      const other: QuotaKeys = quotaKeysOf({ account: 'b', client: '1.2.3.4:1' });
      assert.equal(quota.acquire(first, maxes), undefined);
      assert.equal(quota.acquire(first, maxes), 'account');
      assert.equal(quota.acquire(other, maxes), 'client-address');
      quota.release(first);
      assert.equal(quota.acquire(other, maxes), undefined);
    });

    test('releasing more than was acquired is a bug', () => {
      assert.throws(() => open().release(quotaKeysOf()), AssertionError);
    });

    test('tells of the first scope that is full, as a list of what is held does', () => {
      const owner = fc.record({
        username: fc.constantFrom('u', 'v'),
        customIdentifier: fc.constantFrom('', 'x'),
        key: fc.constantFrom('1', '2'),
        account: fc.constantFrom('a', 'b'),
        client: fc.constantFrom('1.2.3.4:5', '[2001:db8::1]:5'),
      });
      const step = fc.record({ owner, isRelease: fc.boolean(), at: fc.nat() });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const quota = open();
          const held: Owner[] = [];
          for (const { owner: next, isRelease, at } of steps) {
            if (isRelease && held.length > 0) {
              quota.release(quotaKeysOf(held.splice(at % held.length, 1)[0]));
            } else if (!isRelease) {
              const full = findFullScope(held, next);
              assert.equal(quota.acquire(quotaKeysOf(next), SMALL_MAXES), full);
              held.push(...(full === undefined ? [next] : []));
            }
          }
        }),
      );
    });
  });
}

function findFullScope(held: readonly Owner[], next: Owner): QuotaScope | undefined {
  const names = scopeNamesOf(next);
  return QUOTA_SCOPES.find((_, place) => {
    const count = held.filter((other) => names[place] !== '' && scopeNamesOf(other)[place] === names[place]).length;
    return count >= (SMALL_MAXES[place] as number);
  });
}

/** Empty where the owner does not count. */
function scopeNamesOf({ username, customIdentifier, key = '', account = '', client = '' }: Owner): readonly string[] {
  return [`${key} ${username}`, customIdentifier ? `${key} ${customIdentifier}` : '', key, account, client];
}
