import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import type { CredentialId } from '../contract/ids.ts';
import { RevokedUsernames } from './revoked-usernames.ts';

function usernames(): RevokedUsernames {
  return new RevokedUsernames(nodeHashes, new SeededRandom(1));
}

function at(ms: number): UnixMs {
  return ms as UnixMs;
}

test('only what was added is revoked', () => {
  const revoked = usernames();
  revoked.add('alice' as CredentialId, at(100));
  assert.equal(revoked.has('alice' as CredentialId), true);
  assert.equal(revoked.has('bob' as CredentialId), false);
  assert.equal(revoked.has('' as CredentialId), false);
});

test('a username is forgotten when its credential has expired', () => {
  const revoked = usernames();
  revoked.add('alice' as CredentialId, at(100));
  revoked.add('bob' as CredentialId, at(200));
  assert.equal(revoked.peekExpiry(), 100);
  revoked.forgetExpired(at(99));
  assert.equal(revoked.size, 2);
  revoked.forgetExpired(at(100));
  assert.equal(revoked.has('alice' as CredentialId), false);
  assert.equal(revoked.has('bob' as CredentialId), true);
  revoked.forgetExpired(at(200));
  assert.equal(revoked.size, 0);
  assert.equal(revoked.peekExpiry(), Number.POSITIVE_INFINITY);
});

test('the same one again is one', () => {
  const revoked = usernames();
  revoked.add('alice' as CredentialId, at(100));
  revoked.add('alice' as CredentialId, at(100));
  assert.equal(revoked.size, 1);
});

test('there may be many', () => {
  const revoked = usernames();
  for (let i = 0; i < 2_000; i += 1) {
    revoked.add(`user ${i}` as CredentialId, at(1_000 + i));
  }
  revoked.forgetExpired(at(1_999));
  assert.equal(revoked.size, 1_000);
  assert.equal(revoked.has('user 999' as CredentialId), false);
  assert.equal(revoked.has('user 1000' as CredentialId), true);
});
