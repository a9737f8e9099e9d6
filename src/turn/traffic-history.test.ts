import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_ROWS } from './columns.ts';
import { TrafficHistory } from './traffic-history.ts';

const NOTHING = Float64Array.of(0, 0, 0, 0);
const SOME = Float64Array.of(1_000, 10, 500, 5);

function read(history: TrafficHistory, allocation: number, ms: number, counts = NOTHING): number[] {
  const out = new Float64Array(10).fill(-1);
  history.read(allocation, ms, counts, out, 1);
  assert.deepEqual([out[0], out[9]], [-1, -1], 'no more is written');
  return [...out.subarray(1, 9)];
}

test('all that was added counts, and what is not added yet', () => {
  const history = new TrafficHistory();
  history.start(0);
  history.add(0, 5_000, SOME);
  history.add(0, 5_000, SOME);
  assert.deepEqual(read(history, 0, 0).slice(0, 4), [2_000, 20, 1_000, 10]);
  assert.deepEqual(read(history, 0, 0, SOME).slice(0, 4), [3_000, 30, 1_500, 15]);
});

test('a rate is of the last interval and what came since', () => {
  const history = new TrafficHistory();
  history.start(0);
  history.add(0, 5_000, Float64Array.of(1e9, 1e9, 1e9, 1e9));
  history.add(0, 4_000, SOME);
  assert.deepEqual(read(history, 0, 0).slice(4), [2_000, 3, 1_000, 1]);
  assert.deepEqual(read(history, 0, 1_000).slice(4), [1_600, 2, 800, 1]);
  assert.deepEqual(read(history, 0, 1_000, SOME).slice(4), [3_200, 4, 1_600, 2]);
  history.add(0, 5_000, NOTHING);
  assert.deepEqual(read(history, 0, 0).slice(4), [0, 0, 0, 0], 'and of nothing before it');
});

test('what has lasted for less than a second is not multiplied', () => {
  const history = new TrafficHistory();
  history.start(0);
  assert.deepEqual(read(history, 0, 10, SOME).slice(4), [8_000, 10, 4_000, 5]);
});

test('a short interval is joined to the one before, and the first to the one behind', () => {
  const history = new TrafficHistory();
  history.start(0);
  history.add(0, 5, SOME);
  history.add(0, 1_995, NOTHING);
  assert.deepEqual(read(history, 0, 0).slice(4), [4_000, 5, 2_000, 3]);
  history.add(0, 499, NOTHING);
  assert.deepEqual(read(history, 0, 1_501).slice(4), [2_000, 3, 1_000, 1]);
});

test('who comes next begins with nothing, and every allocation has its own', () => {
  const history = new TrafficHistory();
  history.start(0);
  history.start(2 * INITIAL_ROWS);
  history.add(0, 5_000, SOME);
  assert.deepEqual(read(history, 2 * INITIAL_ROWS, 0), [0, 0, 0, 0, 0, 0, 0, 0]);
  history.start(0);
  assert.deepEqual(read(history, 0, 0), [0, 0, 0, 0, 0, 0, 0, 0]);
});
