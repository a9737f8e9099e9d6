import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, NO_LIMITS } from '../contract/limits.ts';
import { bytesBucket, newPeersBucket, packetsBucket } from './allocation-limits.ts';

test('by default: 5 new peers a second after 40, 10,000 packets, 100 Mbit', () => {
  assert.deepEqual(newPeersBucket(DEFAULT_LIMITS), { tokensPerSecond: 5, burst: 40 });
  assert.deepEqual(packetsBucket(DEFAULT_LIMITS), { tokensPerSecond: 10_000, burst: 10_000 });
  assert.deepEqual(bytesBucket(DEFAULT_LIMITS), { tokensPerSecond: 12_500_000, burst: 12_500_000 });
});

test('a low limit of bits has room for the longest datagram', () => {
  const { tokensPerSecond, burst } = bytesBucket({ ...DEFAULT_LIMITS, allocationBitsPerSecond: 4 });
  assert.equal(tokensPerSecond, 0.5);
  assert.ok(burst > 65_507);
});

test('without limits nothing fills, which is what a bucket takes for no limit', () => {
  for (const bucket of [newPeersBucket, packetsBucket, bytesBucket]) {
    assert.equal(bucket(NO_LIMITS).tokensPerSecond, 0);
  }
});
