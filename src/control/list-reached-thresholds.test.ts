import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listReachedThresholds } from './list-reached-thresholds.ts';

test('each threshold is reached once, by the growth that comes up to it', () => {
  const thresholds = [10, 20, 30];
  assert.deepEqual(listReachedThresholds(thresholds, 0, 9), []);
  assert.deepEqual(listReachedThresholds(thresholds, 9, 10), [10]);
  assert.deepEqual(listReachedThresholds(thresholds, 10, 19), []);
  assert.deepEqual(listReachedThresholds(thresholds, 19, 35), [20, 30]);
  assert.deepEqual(listReachedThresholds(thresholds, 35, 35), []);
});
