import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeRandom } from './node-random.ts';

test('fills the range it is given and no more', () => {
  const bytes = new Uint8Array(256);
  nodeRandom.fill(bytes.subarray(64, 192));
  assert.ok(bytes.subarray(0, 64).every((byte) => byte === 0));
  assert.ok(bytes.subarray(192).every((byte) => byte === 0));
  assert.ok(bytes.subarray(64, 192).some((byte) => byte !== 0));
});

test('draws whole numbers below the bound', () => {
  const seen = new Set(Array.from({ length: 1000 }, () => nodeRandom.below(4)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3]);
  assert.equal(nodeRandom.below(1), 0);
  assert.ok(nodeRandom.below(2 ** 32) < 2 ** 32);
});
