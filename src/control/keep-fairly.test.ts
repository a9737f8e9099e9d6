import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepFairly } from './keep-fairly.ts';

function keep(items: string, countMax: number) {
  const { kept, lost } = keepFairly([...items], countMax, (item) => item.toLowerCase());
  return [kept.join(''), Object.fromEntries(lost)];
}

test('all is kept where there is room, in its order', () => {
  assert.deepEqual(keep('abac', 4), ['abac', {}]);
});

test('the latest of whoever has most are kept, and nobody else loses any', () => {
  assert.deepEqual(keep('AAaaBaCaa', 5), ['BaCaa', { a: 4 }]);
});

test('of several floods each has its share, and what one leaves of it goes to the others', () => {
  assert.deepEqual(keep('AaBbAaBbc', 5), ['AaBbc', { a: 2, b: 2 }]);
  assert.deepEqual(keep('aaaaBbbcbb', 7), ['aaabcbb', { a: 1, b: 2 }]);
});

test('with less room than owners some have none', () => {
  const { kept, lost } = keepFairly([...'abc'], 2, (item) => item);
  assert.deepEqual([kept.length, lost.size], [2, 1]);
});

test('whatever comes, as many as there is room for are kept, and the rest is counted', () => {
  for (let countMax = 1; countMax < 12; countMax += 1) {
    const items = 'aaaaabbbcdddddddddde';
    const { kept, lost } = keepFairly([...items], countMax, (item) => item);
    assert.equal(kept.length, countMax);
    assert.equal(kept.length + [...lost.values()].reduce((sum, n) => sum + n, 0), items.length);
  }
});
