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
  blocks.put({ kind: 'key', keyUid: KEY }, 100 as UnixMs);
  blocks.put({ kind: 'account', accountId: ACCOUNT }, 200 as UnixMs);
  assert.deepEqual([99, 199, 200].map(isBlocked), [true, true, false]);
  blocks.put({ kind: 'account', accountId: ACCOUNT }, 0 as UnixMs);
  assert.deepEqual([99, 100].map(isBlocked), [true, false]);
  blocks.forgetKey(KEY);
  assert.equal(isBlocked(99), false);
});
