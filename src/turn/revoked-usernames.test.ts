import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import type { CredentialId } from '../contract/ids.ts';
import { RevokedUsernames } from './revoked-usernames.ts';

function usernames(allocate = (bytes: number) => new ArrayBuffer(bytes)): RevokedUsernames {
  return new RevokedUsernames(nodeHashes, new SeededRandom(1), allocate);
}

function at(seconds: number): UnixMs {
  return (1_000 * seconds) as UnixMs;
}

test('only what was added is revoked, whatever text it is', () => {
  const revoked = usernames();
  revoked.add('1712345678:alice' as CredentialId, at(100));
  revoked.add('é'.repeat(250) as CredentialId, at(100));
  assert.equal(revoked.has('1712345678:alice' as CredentialId), true);
  assert.equal(revoked.has('é'.repeat(250) as CredentialId), true);
  assert.equal(revoked.has('1712345678:bob' as CredentialId), false);
  assert.equal(revoked.has('' as CredentialId), false);
});

test('a username is forgotten when its credential has expired, and not before', () => {
  const revoked = usernames();
  revoked.add('alice' as CredentialId, at(100));
  revoked.add('bob' as CredentialId, at(200));
  assert.equal(revoked.peekExpiry(), at(100));
  revoked.forgetExpired((at(100) - 1) as UnixMs);
  assert.equal(revoked.size, 2);
  revoked.forgetExpired(at(100));
  assert.equal(revoked.has('alice' as CredentialId), false);
  assert.equal(revoked.has('bob' as CredentialId), true);
  assert.equal(revoked.peekExpiry(), at(200));
  revoked.forgetExpired(at(200));
  assert.equal(revoked.size, 0);
  assert.equal(revoked.peekExpiry(), Number.POSITIVE_INFINITY);
});

test('an expiry within a second is the end of that second', () => {
  const revoked = usernames();
  revoked.add('alice' as CredentialId, (at(100) + 1) as UnixMs);
  revoked.forgetExpired((at(101) - 1) as UnixMs);
  assert.equal(revoked.has('alice' as CredentialId), true);
});

test('an expiry in the farthest future is none in the past', () => {
  const revoked = usernames();
  revoked.add('9999999999:alice' as CredentialId, at(9_999_999_999));
  revoked.add('4294967296:bob' as CredentialId, at(4_294_967_296));
  revoked.forgetExpired(at(4_000_000_000));
  assert.equal(revoked.has('9999999999:alice' as CredentialId), true);
  assert.equal(revoked.has('4294967296:bob' as CredentialId), true);
});

test('the same one again is one', () => {
  const revoked = usernames();
  revoked.add('alice' as CredentialId, at(100));
  revoked.add('alice' as CredentialId, at(100));
  assert.equal(revoked.size, 1);
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
