import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { NO_PORT, PortPool } from './port-pool.ts';

function poolOf(min: number, max: number, index = 0, count = 1, seed = 1): PortPool {
  return new PortPool({ min, max }, { index, count }, new SeededRandom(seed));
}

function takeAll(take: () => number): number[] {
  const ports: number[] = [];
  for (let port = take(); port !== NO_PORT; port = take()) {
    ports.push(port);
  }
  return ports.sort((a, b) => a - b);
}

function range(min: number, max: number): number[] {
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
}

test('every port of the range is handed out once, and no other', () => {
  for (const [min, max] of [
    [50_000, 50_009],
    [50_001, 50_008],
    [50_001, 50_001],
    [50_000, 50_000],
    [65_534, 65_535],
  ] as const) {
    const pool = poolOf(min, max);
    assert.deepEqual(
      takeAll(() => pool.take()),
      range(min, max),
    );
    assert.deepEqual([pool.freeCount, pool.takenCount], [0, max - min + 1]);
    pool.give(max);
    assert.deepEqual([pool.freeCount, pool.takenCount], [1, max - min]);
  }
});

test('workers share the range out among them in pairs', () => {
  for (const count of [1, 2, 3, 7, 16]) {
    const shares = Array.from({ length: count }, (_, index) => {
      const pool = poolOf(50_001, 50_030, index, count);
      return takeAll(() => pool.take());
    });
    assert.deepEqual(
      shares.flat().sort((a, b) => a - b),
      range(50_001, 50_030),
    );
    for (const ports of shares) {
      for (const port of ports.filter((even) => even % 2 === 0 && even < 50_030)) {
        assert(ports.includes(port + 1), `${port} and the next are one worker's`);
      }
    }
  }
});

test('a worker may have no port at all', () => {
  const pool = poolOf(50_000, 50_001, 1, 2);
  assert.equal(pool.take(), NO_PORT);
  assert.equal(pool.takeEven(), NO_PORT);
  assert.equal(pool.takePair(), NO_PORT);
});

test('even ports are even, and run out when the even ones do', () => {
  const pool = poolOf(50_000, 50_007);
  assert.deepEqual(
    takeAll(() => pool.takeEven()),
    [50_000, 50_002, 50_004, 50_006],
  );
  assert.equal(pool.freeCount, 4);
});

test('a pair is an even port and the next, both of which were free', () => {
  const pool = poolOf(50_000, 50_007);
  const single = pool.take();
  const pairs = takeAll(() => pool.takePair());
  assert.deepEqual(
    pairs,
    [50_000, 50_002, 50_004, 50_006].filter((even) => even !== (single & ~1)),
  );
  assert.equal(pool.freeCount, 1);
});

test('a pair that lies half outside of the range is none', () => {
  const pool = poolOf(50_001, 50_002);
  assert.equal(pool.takePair(), NO_PORT);
  assert.equal(pool.takeEven(), 50_002);
  assert.equal(pool.take(), 50_001);
});

test('ports that are given back are free again, as pairs too', () => {
  const pool = poolOf(50_000, 50_001);
  assert.equal(pool.takePair(), 50_000);
  pool.give(50_001);
  assert.equal(pool.isFree(50_001), true);
  assert.equal(pool.takePair(), NO_PORT);
  pool.give(50_000);
  assert.equal(pool.takePair(), 50_000);
});

test('giving a port that is free, or of another worker, is a bug', () => {
  const pool = poolOf(50_000, 50_007, 0, 2);
  assert.throws(() => pool.give(50_000), AssertionError);
  assert.throws(() => pool.give(50_002), AssertionError);
  assert.throws(() => pool.give(49_999), AssertionError);
  assert.throws(() => pool.give(50_008), AssertionError);
});

test('which port comes next cannot be told from the last: all are about equally likely', () => {
  const pool = poolOf(50_000, 50_009, 0, 1, 7);
  const counts = new Map<number, number>();
  for (let i = 0; i < 10_000; i += 1) {
    const port = pool.take();
    counts.set(port, (counts.get(port) ?? 0) + 1);
    pool.give(port);
  }
  assert.equal(counts.size, 10);
  for (const count of counts.values()) {
    assert(count > 850 && count < 1_150, `${count} of 10000`);
  }
});
