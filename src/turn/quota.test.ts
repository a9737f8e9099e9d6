import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import type { CredentialId } from '../contract/ids.ts';
import { LocalQuota } from './quota.ts';

const alice = 'alice' as CredentialId;
const bob = 'bob' as CredentialId;

test('each username has its own count, up to the limit', () => {
  const quota = new LocalQuota(2);
  assert.deepEqual([quota.acquire(alice), quota.acquire(alice), quota.acquire(alice)], [true, true, false]);
  assert.equal(quota.acquire(bob), true);
});

test('what is released can be acquired again, and is forgotten at last', () => {
  const quota = new LocalQuota(1);
  quota.acquire(alice);
  quota.release(alice);
  assert.equal(quota.size, 0);
  assert.equal(quota.acquire(alice), true);
});

test('releasing more than was acquired is a bug', () => {
  assert.throws(() => new LocalQuota(1).release(alice), AssertionError);
});
