import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/clock.ts';
import { KEY, OTHER_KEY } from './test-support/turn-script.ts';
import { ToldLimits } from './told-limits.ts';

const START = 5_000;

function at(ms: number): Instant {
  return (START + ms) as Instant;
}

test('each limit of each key is told of once a second', () => {
  const told = new ToldLimits();
  assert.equal(told.mayTell(KEY, 7, at(0)), true);
  assert.equal(told.mayTell(KEY, 7, at(999)), false);
  assert.equal(told.mayTell(KEY, 8, at(999)), true);
  assert.equal(told.mayTell(OTHER_KEY, 7, at(999)), true);
  assert.equal(told.mayTell(KEY, 7, at(1_000)), true);
  assert.equal(told.mayTell(KEY, 7, at(1_001)), false);
});
