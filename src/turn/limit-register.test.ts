import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import { NO_LIMITS } from '../contract/limits.ts';
import { LimitRegister } from './limit-register.ts';

const ACCOUNT = 'default' as AccountId;
const KEY = '1'.repeat(32) as KeyUid;
const OTHER_KEY = '2'.repeat(32) as KeyUid;

test('a key has the defaults, what its account has, and what it has itself', () => {
  const register = new LimitRegister(0);
  const perKey = (key = KEY) => register.find(key, ACCOUNT).limits.allocationsPerKey;
  register.setDefaults({ ...NO_LIMITS, allocationsPerKey: 9 });
  assert.equal(perKey(), 9);
  register.setOfAccount(ACCOUNT, { allocationsPerKey: 8 });
  assert.equal(perKey(), 8);
  register.setOfKey(KEY, { allocationsPerKey: 7 });
  assert.deepEqual([perKey(), perKey(OTHER_KEY)], [7, 8]);
  register.setOfAccount(ACCOUNT, { allocationsPerKey: 6 });
  assert.deepEqual([perKey(), perKey(OTHER_KEY)], [6, 6]);
  register.setOfAccount(ACCOUNT, {});
  assert.deepEqual([perKey(), perKey(OTHER_KEY)], [7, 9]);
  register.forgetKey(KEY);
  assert.equal(perKey(), 9);
});

test('in the quotas, 0 is infinitely many', () => {
  const register = new LimitRegister(5);
  register.setDefaults({ ...NO_LIMITS, allocationsPerCredential: 1, allocationsPerAccount: 4 });
  const none = Number.POSITIVE_INFINITY;
  assert.deepEqual(register.find(KEY, ACCOUNT).quotaMaxes, [1, none, none, 4, 5]);
});
