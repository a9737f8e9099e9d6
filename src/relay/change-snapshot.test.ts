import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import type { Change } from '../contract/change.ts';
import type { AccountId, KeyUid, SharedSecretId, Username } from '../contract/ids.ts';
import { identifyCredential } from '../contract/rest-username.ts';
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
  const snapshot = new ChangeSnapshot(nodeHashes, new SeededRandom(1));
  for (const change of changes) {
    snapshot.apply(change);
  }
  return snapshot;
}

describe('change snapshot', () => {
  it('tells what was told, once', () => {
    const changes = [live(keyUid), shared, bulk(null, 5, 20), bulk('c', 6, 20), live(otherUid)];
    assert.deepEqual(merge(...changes, ...changes).collect(), changes);
  });

  it('tells nothing of a secret that was removed', () => {
    assert.deepEqual(merge(live(keyUid), shared, unshared).collect(), [live(keyUid)]);
    assert.deepEqual(merge(unshared).collect(), []);
  });

  it('has revoked usernames in its table, and tells nothing of them', () => {
    const snapshot = merge(live(keyUid), revoked('u', 10_000), revoked('u', 10_000));
    assert.deepEqual(snapshot.collect(), [live(keyUid)]);
    assert.equal(snapshot.revoked.has(identifyCredential(keyUid, 'u' as Username)), true);
    assert.equal(snapshot.revoked.size, 1);
  });

  it('tells nothing of a deleted key', () => {
    const deleted: Change = { kind: 'key-deleted', keyUid };
    assert.deepEqual(merge(live(keyUid), shared, bulk('c', 6, 20), live(otherUid), deleted).collect(), [
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
    assert.deepEqual(merge(bulk('c', 6, 20), live(keyUid)).collect(), [live(keyUid), bulk('c', 6, 20)]);
  });

  it('tells the last word on limits, and none of a deleted key', () => {
    const limits = (perKey: number): Change => ({
      kind: 'key-limits',
      keyUid,
      limits: perKey === 0 ? {} : { allocationsPerKey: perKey },
    });
    const accountId = 'default' as AccountId;
    const ofAccount: Change = { kind: 'account-limits', accountId, limits: { allocationsPerKey: 9 } };
    const blocked = (until: number): Change => ({
      kind: 'egress-blocked',
      holder: { kind: 'key', keyUid },
      until: until as UnixMs,
    });
    assert.deepEqual(merge(limits(1), live(keyUid), limits(2), ofAccount, blocked(7)).collect(), [
      live(keyUid),
      limits(2),
      ofAccount,
      blocked(7),
    ]);
    assert.deepEqual(merge(live(keyUid), limits(1), limits(0)).collect(), [live(keyUid)]);
    const deleted: Change = { kind: 'key-deleted', keyUid };
    assert.deepEqual(merge(live(keyUid), limits(1), blocked(7), ofAccount, deleted).collect(), [ofAccount]);
    const snapshot = merge(blocked(7));
    snapshot.forgetExpired(7 as UnixMs);
    assert.deepEqual(snapshot.collect(), []);
  });

  it('forgets what has expired', () => {
    const snapshot = merge(
      live(keyUid),
      ...[revoked('u', 10_000), revoked('v', 11_000), bulk(null, 5, 10_000), bulk('c', 5, 11_000)],
    );
    snapshot.forgetExpired(10_000 as UnixMs);
    assert.deepEqual(snapshot.collect(), [live(keyUid), bulk('c', 5, 11_000)]);
    assert.equal(snapshot.revoked.has(identifyCredential(keyUid, 'u' as Username)), false);
    assert.equal(snapshot.revoked.has(identifyCredential(keyUid, 'v' as Username)), true);
  });
});
