import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from './assert.ts';
import { SeededRandom } from './seeded-random.ts';

function draw(seed: number, count: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.nextU32());
}

test('the same seed gives the same numbers, another seed others', () => {
  assert.deepEqual(draw(42, 100), draw(42, 100));
  for (const seed of [43, 0, -1, 42 + 2 ** 32, 2 ** 53 - 1]) {
    assert.notDeepEqual(draw(seed, 4), draw(42, 4), String(seed));
  }
});

test('numbers are 32 bits wide and spread', () => {
  const values = draw(7, 20_000);
  assert.ok(values.every((value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean / 2 ** 31 - 1) < 0.02, String(mean));
  assert.equal(new Set(values).size, values.length);
});

test('below is uniform and stays below its bound', () => {
  const random = new SeededRandom(1);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 60_000; i += 1) {
    const value = random.below(6);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  assert.equal(counts.length, 6);
  assert.ok(
    counts.every((count) => Math.abs(count - 10_000) < 500),
    String(counts),
  );
  assert.equal(random.below(1), 0);
  for (let i = 0; i < 100; i += 1) {
    assert.ok(random.below(2 ** 32) < 2 ** 32);
    assert.ok(random.below(2 ** 31 + 1) <= 2 ** 31);
  }
});

test('fill fills every byte', () => {
  const bytes = new Uint8Array(4096);
  new SeededRandom(3).fill(bytes);
  assert.equal(new Set(bytes).size, 256);
  const again = new Uint8Array(4096);
  new SeededRandom(3).fill(again);
  assert.deepEqual(bytes, again);
});

test('a bound or seed that is none is a bug', () => {
  const random = new SeededRandom(1);
  for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
    assert.throws(() => random.below(bound), AssertionError);
  }
  assert.throws(() => new SeededRandom(0.5), AssertionError);
});
