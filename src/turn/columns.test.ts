import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growColumn } from './columns.ts';

test('a column that is long enough stays the same', () => {
  const column = Float64Array.of(1, 2);
  assert.equal(growColumn(column, 2), column);
});

test('else it is copied, at least doubled, and zero behind', () => {
  assert.deepEqual(growColumn(Uint16Array.of(1, 2), 3), Uint16Array.of(1, 2, 0, 0));
  assert.deepEqual(growColumn(Int32Array.of(-1), 5), Int32Array.of(-1, 0, 0, 0, 0));
});
