import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, NO_LIMITS, resolveLimits, stricterLimit } from './limits.ts';

test('0 is the laxest of limits', () => {
  assert.deepEqual(
    [
      [0, 0],
      [0, 5],
      [5, 0],
      [5, 7],
    ].map(([a, b]) => stricterLimit(a as number, b as number)),
    [0, 5, 5, 5],
  );
});

test('an account takes more or less than the defaults, and a key never more than its account', () => {
  const defaults = { ...DEFAULT_LIMITS, allocationsPerKey: 10 };
  assert.deepEqual(resolveLimits(defaults, {}, {}), defaults);
  const ofAccount = { allocationsPerKey: 100, allocationPacketsPerSecond: 0 };
  assert.deepEqual(resolveLimits(defaults, ofAccount, {}), { ...defaults, ...ofAccount });
  assert.equal(resolveLimits(defaults, ofAccount, { allocationsPerKey: 50 }).allocationsPerKey, 50);
  assert.equal(resolveLimits(defaults, ofAccount, { allocationsPerKey: 500 }).allocationsPerKey, 100);
  assert.equal(resolveLimits(defaults, ofAccount, { allocationPacketsPerSecond: 7 }).allocationPacketsPerSecond, 7);
  assert.equal(resolveLimits(NO_LIMITS, { allocationsPerKey: 3 }, { allocationsPerKey: 0 }).allocationsPerKey, 3);
});
