import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quotaKeysOf, testAllocationQuota } from '../turn/allocation-quota.suite.ts';
import { SharedQuota } from './shared-quota.ts';
import { SharedTally } from './shared-tally.ts';

const CAPACITY = 1_024;
const WORKERS = 2;

function makeTally(): SharedTally {
  return new SharedTally(SharedTally.makeMemory(CAPACITY, WORKERS, 12_345), CAPACITY, WORKERS);
}

testAllocationQuota('shared', () => new SharedQuota(makeTally(), 0));

test('workers count together, and each gives back its own', () => {
  const tally = makeTally();
  const first = new SharedQuota(tally, 0);
  const second = new SharedQuota(tally, 1);
  const maxes = [2, 9, 9, 9, 9];
  assert.equal(first.acquire(quotaKeysOf(), maxes), undefined);
  assert.equal(second.acquire(quotaKeysOf(), maxes), undefined);
  assert.equal(first.acquire(quotaKeysOf(), maxes), 'credential');
  second.release(quotaKeysOf());
  assert.equal(first.acquire(quotaKeysOf(), maxes), undefined);
});
