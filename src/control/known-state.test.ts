import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, SharedSecretId } from '../contract/ids.ts';
import { KnownState } from './known-state.ts';

const accountId = 'default' as AccountId;
const keyUid = 'a'.repeat(32) as KeyUid;
const live: Change = { kind: 'key-live', keyUid, accountId };
const ofKey: Change = { kind: 'key-limits', keyUid, limits: { allocationsPerKey: 1 } };
const ofAccount: Change = { kind: 'account-limits', accountId, limits: { allocationsPerKey: 2 } };
const secretId = 'c'.repeat(32) as SharedSecretId;
const shared: Change = { kind: 'shared-secret-added', keyUid, secretId, sealed: 'abcd' };
const blocked: Change = { kind: 'egress-blocked', holder: { kind: 'account', accountId }, until: 9 as UnixMs };

function toldOf(...changes: readonly Change[]): KnownState {
  const told = new KnownState();
  for (const change of changes) {
    told.note(change);
  }
  return told;
}

test('what a snapshot says nothing of is taken back, and nothing else', () => {
  const known = new KnownState();
  for (const change of [live, shared, ofKey, ofAccount, blocked]) {
    known.note(change);
  }
  assert.deepEqual(known.takenBackBy(toldOf(live, shared, ofKey, ofAccount, blocked)), []);
  assert.deepEqual(known.takenBackBy(toldOf(live)), [
    { kind: 'shared-secret-removed', keyUid, secretId },
    { ...ofKey, limits: {} },
    { ...ofAccount, limits: {} },
    { ...blocked, until: 0 },
  ]);
  known.note({ kind: 'key-deleted', keyUid });
  assert.deepEqual(known.takenBackBy(toldOf(ofAccount, blocked)), []);
});
