import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER, COUNTER_NAMES, INPUT_OUTCOMES, sumOutcomes } from './counter.ts';

test('names are fit for Prometheus, and each is there once', () => {
  for (const name of COUNTER_NAMES) {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
  }
  assert.equal(new Set(COUNTER_NAMES).size, COUNTER_NAMES.length);
});

test('each name has the place that COUNTER says', () => {
  COUNTER_NAMES.forEach((name, place) => {
    assert.equal(COUNTER[name], place);
  });
});

test('the sum is that of the outcomes alone', () => {
  const counters = new Float64Array(COUNTER_NAMES.length).fill(1);
  assert.equal(sumOutcomes(counters), INPUT_OUTCOMES.length);
});
