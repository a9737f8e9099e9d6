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

test('gives no byte out twice, in small pieces and in large ones', () => {
  const pieces = [16, 4_000, 4_096, 4_097, 16, 100, 10_000, 3_990, 16].flatMap((length) => {
    const bytes = new Uint8Array(length);
    nodeRandom.fill(bytes);
    return Array.from({ length: Math.floor(length / 8) }, (_, at) =>
      Buffer.from(bytes).toString('hex', 8 * at, 8 * at + 8),
    );
  });
  assert.equal(new Set(pieces).size, pieces.length);
});
