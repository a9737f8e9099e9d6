import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import { SeededRandom } from '../base/seeded-random.ts';
import { NO_ROW, RowIndex } from './row-index.ts';

/** Makes every key collide with every other. */
const noChoice: Random = { fill: () => undefined, below: () => 0 };

function tail(...words: number[]): Uint32Array {
  return Uint32Array.from(words);
}

test('an empty index finds nothing', () => {
  const index = new RowIndex(2, new SeededRandom(1));
  assert.equal(index.find(1, tail(2, 3), 0), NO_ROW);
  assert.equal(index.size, 0);
});

test('a row is found by all words of its key, and by nothing less', () => {
  const index = new RowIndex(2, new SeededRandom(1));
  index.insert(7, 1, tail(2, 3), 0);
  assert.equal(index.find(1, tail(2, 3), 0), 7);
  assert.equal(index.find(1, tail(9, 2, 3), 1), 7);
  assert.equal(index.find(0, tail(2, 3), 0), NO_ROW);
  assert.equal(index.find(1, tail(2, 4), 0), NO_ROW);
  assert.equal(index.find(1, tail(3, 2), 0), NO_ROW);
});

test('the key of a row can be read where it lies', () => {
  const index = new RowIndex(2, new SeededRandom(1));
  index.insert(70, 0xffffffff, tail(2, 0x80000000), 0);
  assert.deepEqual([...index.keys.subarray(70 * index.keyWords, 71 * index.keyWords)], [0xffffffff, 2, 0x80000000]);
});

test('a key without a tail is its head', () => {
  const index = new RowIndex(0, new SeededRandom(1));
  index.insert(3, 0xffffffff, tail(), 0);
  assert.equal(index.find(0xffffffff, tail(), 0), 3);
  assert.equal(index.find(0xfffffffe, tail(), 0), NO_ROW);
});

test('rows stay found while the index grows', () => {
  const index = new RowIndex(1, new SeededRandom(1));
  for (let row = 0; row < 10_000; row += 1) {
    index.insert(row, row, tail(row * 3), 0);
  }
  assert.equal(index.size, 10_000);
  for (let row = 0; row < 10_000; row += 1) {
    assert.equal(index.find(row, tail(row * 3), 0), row);
  }
});

test('removing a row that is not inserted is a bug', () => {
  const index = new RowIndex(0, new SeededRandom(1));
  index.insert(1, 1, tail(), 0);
  assert.throws(() => index.remove(2), AssertionError);
});

for (const [name, random] of [
  ['spread', new SeededRandom(2)],
  ['all in one place', noChoice],
] as const) {
  test(`an index whose keys are ${name} does what a map does`, () => {
    const step = fc.record({ isInsert: fc.boolean(), head: fc.integer({ min: 0, max: 40 }), word: fc.nat({ max: 2 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const index = new RowIndex(1, random);
        const model = new Map<string, number>();
        const free = Array.from({ length: 400 }, (_, i) => i);
        for (const { isInsert, head, word } of steps) {
          const key = `${head}/${word}`;
          const row = model.get(key);
          assert.equal(index.find(head, tail(word), 0), row ?? NO_ROW);
          if (isInsert && row === undefined) {
            const added = free.pop() as number;
            index.insert(added, head, tail(word), 0);
            model.set(key, added);
          } else if (!isInsert && row !== undefined) {
            index.remove(row);
            model.delete(key);
            free.push(row);
          }
        }
        assert.equal(index.size, model.size);
        for (const [key, row] of model) {
          const [head, word] = key.split('/').map(Number) as [number, number];
          assert.equal(index.find(head, tail(word), 0), row);
        }
      }),
      { numRuns: 60 },
    );
  });
}
