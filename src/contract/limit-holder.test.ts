import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId, KeyUid } from './ids.ts';
import { nameLimitHolder } from './limit-holder.ts';

test('an account and a key have different names, even if they are called the same', () => {
  const names = [
    nameLimitHolder({ kind: 'account', accountId: 'a' as AccountId }),
    nameLimitHolder({ kind: 'key', keyUid: 'a' as KeyUid }),
    nameLimitHolder({ kind: 'key', keyUid: 'b' as KeyUid }),
  ];
  assert.deepEqual(names, ['account a', 'key a', 'key b']);
});
