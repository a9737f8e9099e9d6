import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import { BULK_REVOCATIONS_FORGOTTEN_EVERY_MS } from '../base/limits.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import type { Change } from '../contract/change.ts';
import { deriveInstallationKeys, type UsernameClaims } from '../contract/credential.ts';
import type { AccountId, CredentialId, KeyUid, Username } from '../contract/ids.ts';
import { KeyRing } from './key-ring.ts';
import { RevokedUsernames } from './revoked-usernames.ts';
import { SharedSecrets } from './shared-secrets.ts';
import { MASTER_SECRET } from './test-support/script-options.ts';

const KEY = 'a'.repeat(32) as KeyUid;
const ACCOUNT = 'default' as AccountId;
const ALICE = 'alice' as Username;
const ALICE_ID = 'alice' as CredentialId;
const NOW = 1_000 as UnixMs;
const LIVE: Change = { kind: 'key-live', keyUid: KEY, accountId: ACCOUNT };

function ringWith(...changes: Change[]): KeyRing {
  const revoked = new RevokedUsernames(nodeHashes, new SeededRandom(1), (bytes) => new ArrayBuffer(bytes));
  const secrets = new SharedSecrets(nodeHashes, [deriveInstallationKeys(nodeHashes, MASTER_SECRET)]);
  const ring = new KeyRing(revoked, secrets);
  for (const change of changes) {
    ring.apply(change, NOW);
  }
  return ring;
}

function claims(issuedAt = 500, customIdentifier = ''): UsernameClaims {
  return { keyUid: KEY, issuedAt: issuedAt as UnixMs, expiresAt: 9_000 as UnixMs, customIdentifier };
}

function revokeAll(issuedBefore: number, customIdentifier: string | null = null, expiresAt = 9_000): Change {
  return {
    kind: 'credentials-revoked',
    keyUid: KEY,
    customIdentifier,
    issuedBefore: issuedBefore as UnixMs,
    expiresAt: expiresAt as UnixMs,
  };
}

const REVOKE_ALICE: Change = { kind: 'username-revoked', keyUid: KEY, username: ALICE, expiresAt: 9_000 as UnixMs };

test('credentials of a live key are good, and the key has its account', () => {
  const ring = ringWith(LIVE);
  assert.equal(ring.standingOf(ALICE_ID, claims()), 'live');
  assert.equal(ring.accountOf(KEY), ACCOUNT);
});

test('credentials of a key that is unknown or was deleted are not', () => {
  assert.equal(ringWith().standingOf(ALICE_ID, claims()), 'key-deleted');
  const ring = ringWith(LIVE, { kind: 'key-deleted', keyUid: KEY });
  assert.equal(ring.standingOf(ALICE_ID, claims()), 'key-deleted');
  assert.equal(ring.accountOf(KEY), undefined);
});

test('a revoked username fails, and no other', () => {
  const ring = ringWith(LIVE, REVOKE_ALICE);
  assert.equal(ring.standingOf(ALICE_ID, claims()), 'revoked');
  assert.equal(ring.standingOf('bob' as CredentialId, claims()), 'live');
});

test('all credentials issued before a moment fail, and later ones are good', () => {
  const ring = ringWith(LIVE, revokeAll(500));
  assert.equal(ring.standingOf(ALICE_ID, claims(499)), 'revoked');
  assert.equal(ring.standingOf(ALICE_ID, claims(500)), 'live');
  assert.equal(ring.standingOf(ALICE_ID, claims(499, 'user')), 'revoked');
});

test('those of one custom identifier fail alone', () => {
  const ring = ringWith(LIVE, revokeAll(500, 'user'));
  assert.equal(ring.standingOf(ALICE_ID, claims(499, 'user')), 'revoked');
  assert.equal(ring.standingOf(ALICE_ID, claims(500, 'user')), 'live');
  assert.equal(ring.standingOf(ALICE_ID, claims(499, 'other')), 'live');
  assert.equal(ring.standingOf(ALICE_ID, claims(499)), 'live');
});

test('those without a custom identifier can be meant too', () => {
  const ring = ringWith(LIVE, revokeAll(500, ''));
  assert.equal(ring.standingOf(ALICE_ID, claims(499, '')), 'revoked');
  assert.equal(ring.standingOf(ALICE_ID, claims(499, 'user')), 'live');
});

test('of two bulk revocations the one that reaches further counts', () => {
  const ring = ringWith(LIVE, revokeAll(500), revokeAll(300));
  assert.equal(ring.standingOf(ALICE_ID, claims(400)), 'revoked');
});

test('the order of a key and its revocations does not matter', () => {
  const ring = ringWith(revokeAll(500), LIVE);
  assert.equal(ring.standingOf(ALICE_ID, claims(400)), 'revoked');
});

test('every change may come again', () => {
  const ring = ringWith(LIVE, LIVE, revokeAll(500), LIVE, revokeAll(500), REVOKE_ALICE, REVOKE_ALICE);
  assert.equal(ring.standingOf(ALICE_ID, claims(600)), 'revoked');
  assert.equal(ring.standingOf('bob' as CredentialId, claims(400)), 'revoked');
  assert.equal(ring.standingOf('bob' as CredentialId, claims(600)), 'live');
  assert.equal(ring.revocationCount, 2);
});

test('nothing is remembered longer than it can matter', () => {
  const ring = ringWith(LIVE, REVOKE_ALICE, revokeAll(500, null, 2_000), revokeAll(500, 'user', 3_000));
  assert.equal(ring.revocationCount, 3);
  assert.equal(ring.peekExpiry(), 9_000);
  ring.forgetExpired(9_000 as UnixMs);
  assert.equal(ring.revocationCount, 2);
  assert.equal(ring.peekExpiry(), BULK_REVOCATIONS_FORGOTTEN_EVERY_MS);
  ring.forgetExpired(BULK_REVOCATIONS_FORGOTTEN_EVERY_MS as UnixMs);
  assert.equal(ring.revocationCount, 0);
  assert.equal(ring.peekExpiry(), Number.POSITIVE_INFINITY);
});

test('many bulk revocations are looked through once a minute, however many moments they expire at', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => revokeAll(500, `user ${i}`, NOW + 1 + i * 60));
  const ring = ringWith(LIVE, ...many);
  let looks = 0;
  while (ring.peekExpiry() < Number.POSITIVE_INFINITY) {
    ring.forgetExpired(ring.peekExpiry() as UnixMs);
    looks += 1;
  }
  assert.equal(ring.revocationCount, 0);
  assert.equal(looks, Math.ceil((NOW + 1 + 9_999 * 60) / BULK_REVOCATIONS_FORGOTTEN_EVERY_MS));
});

test('what has expired before it arrives is not remembered', () => {
  const late: Change = { kind: 'username-revoked', keyUid: KEY, username: ALICE, expiresAt: NOW };
  assert.equal(ringWith(LIVE, late, revokeAll(500, null, NOW)).revocationCount, 0);
});

test('the revocations of a deleted key are forgotten with it', () => {
  const ring = ringWith(LIVE, revokeAll(500), { kind: 'key-deleted', keyUid: KEY });
  assert.equal(ring.revocationCount, 0);
});
