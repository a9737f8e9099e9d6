import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { nodeRandom } from '../app/node-random.ts';
import { generateId, generateToken, hashToken, sameTokenHash } from './api-token.ts';

test('tokens have 64 hexadecimal digits, ids 32, and none comes twice', () => {
  const tokens = new Set(Array.from({ length: 1_000 }, () => generateToken(nodeRandom)));
  assert.equal(tokens.size, 1_000);
  assert.ok([...tokens].every((token) => /^[0-9a-f]{64}$/.test(token)));
  assert.match(generateId(nodeRandom), /^[0-9a-f]{32}$/);
});

test('a token is kept as its SHA-256', () => {
  const token = generateToken(nodeRandom);
  assert.equal(hashToken(nodeHashes, token), createHash('sha256').update(token).digest('hex'));
});

test('hashes are the same when every digit and the length are', () => {
  const hash = hashToken(nodeHashes, 'token');
  assert.ok(sameTokenHash(hash, hash));
  for (const other of ['', hash.slice(1), `${hash}0`, `0${hash.slice(1)}`, `${hash.slice(0, -1)}x`]) {
    assert.ok(!sameTokenHash(hash, other));
    assert.ok(!sameTokenHash(other, hash));
  }
});
