import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import { NO_SLOT, SlotPool } from './slot-pool.ts';

test('numbers are handed out from 0 on, until there are no more', () => {
  const pool = new SlotPool(3);
  assert.deepEqual([pool.take(), pool.take(), pool.take(), pool.take()], [0, 1, 2, NO_SLOT]);
  assert.equal(pool.used, 3);
});

test('the number that has rested longest comes first', () => {
  const pool = new SlotPool(3);
  pool.take();
  pool.take();
  pool.take();
  pool.give(2);
  pool.give(0);
  assert.deepEqual([pool.take(), pool.take(), pool.take()], [2, 0, NO_SLOT]);
});

test('any number of them can rest', () => {
  const pool = new SlotPool(1_000);
  for (let i = 0; i < 1_000; i += 1) {
    pool.take();
  }
  // The ring is turned before it has to grow.
  for (let i = 0; i < 40; i += 1) {
    pool.give(i);
    assert.equal(pool.take(), i);
  }
  for (let i = 0; i < 1_000; i += 1) {
    pool.give(i);
  }
  assert.equal(pool.used, 0);
  for (let i = 0; i < 1_000; i += 1) {
    assert.equal(pool.take(), i);
  }
});

test('giving what was never taken is a bug', () => {
  const pool = new SlotPool(3);
  assert.throws(() => pool.give(0), AssertionError);
});
