import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeClock } from './node-clock.ts';

test('instants do not go backwards', () => {
  let last = nodeClock.now();
  for (let i = 0; i < 1000; i += 1) {
    const now = nodeClock.now();
    assert.ok(now >= last);
    last = now;
  }
});

test('unix time is in milliseconds', () => {
  assert.ok(Math.abs(nodeClock.unixNow() - Date.now()) < 1000);
});
