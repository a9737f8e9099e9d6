import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROW_WIDTH, readTraffic } from './live-allocation.ts';

test('the traffic of a row lies behind its number and its serial', () => {
  const rows = Float64Array.from({ length: 2 * ROW_WIDTH }, (_, place) => place);
  assert.deepEqual(Object.values(readTraffic(rows, ROW_WIDTH)), [12, 13, 14, 15, 16, 17, 18, 19]);
});
