import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid } from '../contract/ids.ts';
import { EgressBlocks } from './egress-blocks.ts';

const ACCOUNT = 'default' as AccountId;
const KEY = '1'.repeat(32) as KeyUid;

test('a key is blocked until its own moment, and until that of its account', () => {
  const blocks = new EgressBlocks();
  const isBlocked = (now: number) => blocks.isBlocked(KEY, ACCOUNT, now as UnixMs);
  assert.equal(isBlocked(0), false);
  blocks.put({ kind: 'key', keyUid: KEY }, 100 as UnixMs, 0 as UnixMs);
  blocks.put({ kind: 'account', accountId: ACCOUNT }, 200 as UnixMs, 0 as UnixMs);
  assert.deepEqual([99, 199, 200].map(isBlocked), [true, true, false]);
  blocks.put({ kind: 'account', accountId: ACCOUNT }, 0 as UnixMs, 0 as UnixMs);
  assert.deepEqual([99, 100].map(isBlocked), [true, false]);
  blocks.forgetKey(KEY);
  assert.equal(isBlocked(99), false);
});

test('blocks of a month that is over are forgotten with the first of the next', () => {
  const blocks = new EgressBlocks();
  for (let i = 0; i < 100; i += 1) {
    blocks.put({ kind: 'key', keyUid: `key ${i}` as KeyUid }, 100 as UnixMs, 50 as UnixMs);
  }
  blocks.put({ kind: 'account', accountId: ACCOUNT }, 100 as UnixMs, 99 as UnixMs);
  assert.equal(blocks.count, 101);
  blocks.put({ kind: 'key', keyUid: KEY }, 200 as UnixMs, 100 as UnixMs);
  assert.equal(blocks.count, 1);
  assert.equal(blocks.isBlocked(KEY, ACCOUNT, 150 as UnixMs), true);
  blocks.put({ kind: 'key', keyUid: KEY }, 0 as UnixMs, 150 as UnixMs);
  assert.equal(blocks.count, 0, 'what is lifted is forgotten at once');
});
