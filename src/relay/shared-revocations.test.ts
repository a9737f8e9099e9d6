import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { UnixMs } from '../base/clock.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import type { CredentialId } from '../contract/ids.ts';
import { RevokedUsernames } from '../turn/revoked-usernames.ts';
import { testUsernameRevocations } from '../turn/username-revocations.suite.ts';
import { SharedRevocations } from './shared-revocations.ts';

testUsernameRevocations('in the memory of the supervisor', () => {
  const supervisor = new RevokedUsernames(nodeHashes, new SeededRandom(1), (bytes) => new SharedArrayBuffer(bytes));
  const revocations = new SharedRevocations(nodeHashes);
  supervisor.onMoved = (memory) => revocations.move(memory);
  revocations.move(supervisor.memory);
  return {
    revocations,
    add: (id, expiresAt) => {
      supervisor.add(id, expiresAt);
      revocations.add();
    },
    forgetExpired: (now) => {
      supervisor.forgetExpired(now);
      revocations.forgetExpired();
    },
  };
});

test('a worker finds what the supervisor has added, before and after each move', () => {
  const revoked = new RevokedUsernames(nodeHashes, new SeededRandom(1), (bytes) => new SharedArrayBuffer(bytes));
  const shared = new SharedRevocations(nodeHashes);
  assert.equal(shared.has('user 0' as CredentialId), false);
  shared.move(revoked.memory);
  let moves = 0;
  revoked.onMoved = (memory) => {
    moves += 1;
    shared.move(memory);
  };
  for (let i = 0; i < 1_000; i += 1) {
    const id = `user ${i}` as CredentialId;
    assert.equal(shared.has(id), false);
    revoked.add(id, 1_000 as UnixMs);
    shared.add();
    assert.equal(shared.has(id), true);
  }
  assert.ok(moves > 3);
  assert.equal(shared.peekExpiry(), Number.POSITIVE_INFINITY);
  revoked.forgetExpired(1_000 as UnixMs);
  assert.equal(shared.has('user 0' as CredentialId), false);
});
