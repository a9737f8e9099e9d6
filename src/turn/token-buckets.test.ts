import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { TokenBuckets } from './token-buckets.ts';

const START = 1_000_000 as Instant;

function later(milliseconds: number): Instant {
  return (START + milliseconds) as Instant;
}

/** Takes single tokens until there is none; says how many there were. */
function drain(buckets: TokenBuckets, row: number, now: Instant): number {
  let taken = 0;
  while (buckets.take(row, 1, now)) {
    taken += 1;
  }
  return taken;
}

test('a bucket begins full, fills at its rate, and no further than it holds', () => {
  const buckets = new TokenBuckets();
  buckets.start(3, { tokensPerSecond: 10, burst: 4 }, START);
  assert.equal(drain(buckets, 3, START), 4);
  assert.equal(drain(buckets, 3, later(99.999)), 0);
  assert.equal(drain(buckets, 3, later(100)), 1);
  assert.equal(drain(buckets, 3, later(350)), 2);
  assert.equal(drain(buckets, 3, later(400)), 1);
  assert.equal(drain(buckets, 3, later(86_400_000)), 4);
});

test('all or none is taken, and what is given back is there again', () => {
  const buckets = new TokenBuckets();
  buckets.start(0, { tokensPerSecond: 1, burst: 5 }, START);
  assert.equal(buckets.take(0, 6, START), false);
  assert.equal(buckets.take(0, 4, START), true);
  assert.equal(buckets.take(0, 2, START), false);
  buckets.giveBack(0, 1);
  assert.equal(buckets.take(0, 2, START), true);
  assert.equal(buckets.take(0, 0, START), true);
});

test('a rate of 0 is no limit', () => {
  const buckets = new TokenBuckets();
  buckets.start(0, { tokensPerSecond: 0, burst: 0 }, START);
  for (const now of [START, later(1), later(1e12)]) {
    assert.equal(buckets.take(0, 1e9, now), true);
    buckets.giveBack(0, 1e9);
  }
});

test('another size keeps what the bucket holds, as far as it can', () => {
  const buckets = new TokenBuckets();
  buckets.start(0, { tokensPerSecond: 10, burst: 10 }, START);
  buckets.take(0, 8, START);
  buckets.resize(0, { tokensPerSecond: 100, burst: 100 }, later(100));
  assert.equal(drain(buckets, 0, later(110)), 4);
  buckets.resize(0, { tokensPerSecond: 0, burst: 0 }, later(110));
  assert.equal(buckets.take(0, 1e9, later(110)), true);
  buckets.resize(0, { tokensPerSecond: 1, burst: 3 }, later(110));
  assert.equal(drain(buckets, 0, later(110)), 3);
});

test('rows are apart, and a row that is used again begins full', () => {
  const buckets = new TokenBuckets();
  const size = { tokensPerSecond: 1, burst: 2 };
  buckets.start(0, size, START);
  buckets.start(1_000, size, START);
  assert.equal(drain(buckets, 0, START), 2);
  assert.equal(drain(buckets, 1_000, START), 2);
  buckets.start(0, size, START);
  assert.equal(drain(buckets, 0, START), 2);
  assert.equal(drain(buckets, 1_000, START), 0);
});

test('a million small steps add up to exactly the rate', () => {
  const buckets = new TokenBuckets();
  // The clock of a process that has run for a hundred days, in steps as uneven as those of packets.
  const begin = 8_640_000_000;
  const tokensPerSecond = 12_500_000;
  buckets.start(0, { tokensPerSecond, burst: tokensPerSecond }, begin as Instant);
  buckets.take(0, tokensPerSecond, begin as Instant);
  const random = new SeededRandom(1);
  let elapsedMicroseconds = 0;
  let taken = 0;
  for (let step = 0; step < 1_000_000; step += 1) {
    elapsedMicroseconds += 1 + random.below(199);
    const now = (begin + elapsedMicroseconds / 1_000) as Instant;
    const size = 1 + random.below(4_000);
    taken += buckets.take(0, size, now) ? size : 0;
  }
  const end = Math.floor((begin + elapsedMicroseconds / 1_000) * 1_000) - begin * 1_000;
  const filled = (end * tokensPerSecond) / 1_000_000;
  taken += drain(buckets, 0, (begin + elapsedMicroseconds / 1_000) as Instant);
  assert.equal(taken, Math.floor(filled));
});
