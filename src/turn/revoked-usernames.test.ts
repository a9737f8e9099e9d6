import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import type { CredentialId } from '../contract/ids.ts';
import { RevokedUsernames } from './revoked-usernames.ts';
import { testUsernameRevocations } from './username-revocations.suite.ts';

function usernames(allocate = (bytes: number) => new ArrayBuffer(bytes)): RevokedUsernames {
  return new RevokedUsernames(nodeHashes, new SeededRandom(1), allocate);
}

function at(seconds: number): UnixMs {
  return (1_000 * seconds) as UnixMs;
}

testUsernameRevocations('in memory of their own', () => {
  const revocations = usernames();
  return {
    revocations,
    add: (id, expiresAt) => revocations.add(id, expiresAt),
    forgetExpired: (now) => revocations.forgetExpired(now),
  };
});

test('how many there are, and the next expiry, go with what is added and forgotten', () => {
  const revoked = usernames();
  const state = () => [revoked.size, revoked.peekExpiry()];
  assert.deepEqual(state(), [0, Number.POSITIVE_INFINITY]);
  for (const [id, seconds] of [
    ['alice', 100],
    ['alice', 100],
    ['bob', 200],
  ] as const) {
    revoked.add(id as CredentialId, at(seconds));
  }
  assert.deepEqual(state(), [2, at(100)]);
  revoked.forgetExpired(at(100));
  assert.deepEqual(state(), [1, at(200)]);
  revoked.forgetExpired(at(200));
  assert.deepEqual(state(), [0, Number.POSITIVE_INFINITY]);
});

test('there may be many, in 20 bytes each at three quarters and more, and forgetting gives memory back', () => {
  let allocatedBytes = 0;
  const revoked = usernames((bytes) => {
    allocatedBytes = bytes;
    return new ArrayBuffer(bytes);
  });
  const count = 12_288;
  for (let i = 0; i < count; i += 1) {
    revoked.add(`user ${i}` as CredentialId, at(1 + i));
  }
  assert.ok(allocatedBytes <= (count * 20 * 4) / 3 + 20);
  for (let i = 0; i < count; i += 1) {
    assert.equal(revoked.has(`user ${i}` as CredentialId), true);
    assert.equal(revoked.has(`nobody ${i}` as CredentialId), false);
  }
  revoked.forgetExpired(at(count - 100));
  assert.equal(revoked.size, 100);
  assert.ok(allocatedBytes <= 256 * 20 + 20);
  assert.equal(revoked.has(`user ${count - 101}` as CredentialId), false);
  assert.equal(revoked.has(`user ${count - 100}` as CredentialId), true);
});

test('where it moves is told, and the new memory holds all that was there', () => {
  const revoked = usernames();
  const moves: ArrayBuffer[] = [];
  revoked.onMoved = (memory) => moves.push(memory);
  const first = revoked.memory;
  for (let i = 0; i < 50; i += 1) {
    revoked.add(`user ${i}` as CredentialId, at(1));
  }
  assert.deepEqual(moves, [revoked.memory]);
  assert.notEqual(revoked.memory, first);
});
