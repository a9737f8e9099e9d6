import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as limits from './limits.ts';

test('the limits agree with each other', () => {
  limits.assertLimits();
});

test('every limit is a whole number above zero', () => {
  for (const [name, value] of Object.entries(limits)) {
    assert.ok(typeof value === 'function' || (Number.isSafeInteger(value) && value > 0), name);
  }
});
