import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, NO_LIMITS } from '../contract/limits.ts';
import { allocationBuckets } from './allocation-buckets.ts';

test('by default: 5 new peers a second after 40, 10,000 packets, 100 Mbit', () => {
  assert.deepEqual(allocationBuckets(DEFAULT_LIMITS), {
    newPeers: { tokensPerSecond: 5, burst: 40 },
    packets: { tokensPerSecond: 10_000, burst: 10_000 },
    bytes: { tokensPerSecond: 12_500_000, burst: 12_500_000 },
  });
});

test('a low limit of bits has room for the longest datagram', () => {
  const { tokensPerSecond, burst } = allocationBuckets({ ...DEFAULT_LIMITS, allocationBitsPerSecond: 4 }).bytes;
  assert.equal(tokensPerSecond, 0.5);
  assert.ok(burst > 65_507);
});

test('without limits nothing fills, which is what a bucket takes for no limit', () => {
  for (const { tokensPerSecond } of Object.values(allocationBuckets(NO_LIMITS))) {
    assert.equal(tokensPerSecond, 0);
  }
});
