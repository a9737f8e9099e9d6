import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SeededRandom } from '../base/seeded-random.ts';
import { LatencyHistogram } from './latency-histogram.ts';

function fill(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) {
    histogram.add(value);
  }
  return histogram;
}

describe('latency histogram', () => {
  test('is exact below 64', () => {
    const histogram = fill(Array.from({ length: 64 }, (_, value) => value));
    assert.equal(histogram.quantile(0.5), 31);
    assert.equal(histogram.quantile(1 / 64), 0);
    assert.equal(histogram.quantile(1), 63);
  });

  test('tells every quantile of a wide sample within a hundredth', () => {
    const seed = 20_241;
    const random = new SeededRandom(seed);
    const values = Array.from({ length: 20_000 }, () => Math.floor(2 ** (random.nextU32() / 2 ** 27)));
    const histogram = fill(values);
    const sorted = values.toSorted((a, b) => a - b);
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number;
      const told = histogram.quantile(share);
      assert.ok(Math.abs(told - exact) <= exact / 100, `seed ${seed}, ${share}: ${told} for ${exact}`);
    }
  });

  test('takes the largest number there is, and never tells more than its maximum', () => {
    const histogram = fill([2 ** 32 - 1, 1_000_001]);
    assert.equal(histogram.max, 2 ** 32 - 1);
    assert.ok(histogram.quantile(1) <= histogram.max);
    assert.equal(fill([1_000_001]).quantile(0.5) <= 1_000_001, true);
  });

  test('has nothing to tell without samples, and after it was cleared', () => {
    const histogram = fill([5, 500]);
    histogram.clear();
    assert.deepEqual([histogram.count, histogram.max, histogram.quantile(0.5)], [0, 0, 0]);
  });
});
