import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quotaKeysOf, testAllocationQuota } from './allocation-quota.suite.ts';
import { LocalQuota } from './quota.ts';

testAllocationQuota('local', () => new LocalQuota());

test('a local quota holds nothing for what has no allocation', () => {
  const quota = new LocalQuota();
  quota.acquire(quotaKeysOf(), [9, 9, 9, 9, 9]);
  assert.equal(quota.size, 4, 'the scope of custom identifiers does not count it');
  quota.release(quotaKeysOf());
  assert.equal(quota.size, 0);
});
