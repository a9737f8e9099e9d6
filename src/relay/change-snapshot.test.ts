import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, SharedSecretId, Username } from '../contract/ids.ts';
import { ChangeSnapshot } from './change-snapshot.ts';

const keyUid = 'a'.repeat(32) as KeyUid;
const otherUid = 'b'.repeat(32) as KeyUid;
const live = (uid: KeyUid): Change => ({ kind: 'key-live', keyUid: uid, accountId: 'default' as AccountId });
const revoked = (username: string, expiresAt: number): Change => ({
  kind: 'username-revoked',
  keyUid,
  username: username as Username,
  expiresAt: expiresAt as UnixMs,
});
const bulk = (customIdentifier: string | null, issuedBefore: number, expiresAt: number): Change => ({
  kind: 'credentials-revoked',
  keyUid,
  customIdentifier,
  issuedBefore: issuedBefore as UnixMs,
  expiresAt: expiresAt as UnixMs,
});

const secretId = 'c'.repeat(32) as SharedSecretId;
const shared: Change = { kind: 'shared-secret-added', keyUid, secretId, sealed: 'abcd' };
const unshared: Change = { kind: 'shared-secret-removed', keyUid, secretId };

function merge(...changes: readonly Change[]): ChangeSnapshot {
  const snapshot = new ChangeSnapshot();
  for (const change of changes) {
    snapshot.apply(change);
  }
  return snapshot;
}

describe('change snapshot', () => {
  it('tells what was told, once', () => {
    const changes = [live(keyUid), shared, revoked('u', 10), bulk(null, 5, 20), bulk('c', 6, 20), live(otherUid)];
    assert.deepEqual(merge(...changes, ...changes).collect(), changes);
  });

  it('tells nothing of a secret that was removed', () => {
    assert.deepEqual(merge(live(keyUid), shared, unshared).collect(), [live(keyUid)]);
    assert.deepEqual(merge(unshared).collect(), []);
  });

  it('tells nothing of a deleted key', () => {
    const deleted: Change = { kind: 'key-deleted', keyUid };
    assert.deepEqual(merge(live(keyUid), shared, revoked('u', 10), live(otherUid), deleted).collect(), [
      live(otherUid),
    ]);
  });

  it('keeps the further reaching of two bulk revocations', () => {
    assert.deepEqual(merge(live(keyUid), bulk('c', 9, 20), bulk('c', 6, 30)).collect(), [
      live(keyUid),
      bulk('c', 9, 30),
    ]);
  });

  it('keeps a revocation that comes before its key', () => {
    assert.deepEqual(merge(revoked('u', 10), live(keyUid)).collect(), [live(keyUid), revoked('u', 10)]);
  });

  it('forgets what has expired', () => {
    const snapshot = merge(live(keyUid), revoked('u', 10), revoked('v', 11), bulk(null, 5, 10), bulk('c', 5, 11));
    snapshot.forgetExpired(10 as UnixMs);
    assert.deepEqual(snapshot.collect(), [live(keyUid), revoked('v', 11), bulk('c', 5, 11)]);
  });
});
