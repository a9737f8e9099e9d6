import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spreadOf } from './spread-of.ts';

test('takes the nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  assert.deepEqual(spreadOf(values), { p50: 100, p99: 198, max: 200 });
  assert.deepEqual(spreadOf([3]), { p50: 3, p99: 3, max: 3 });
});
