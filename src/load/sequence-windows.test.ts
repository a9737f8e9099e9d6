import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SeededRandom } from '../base/seeded-random.ts';
import {
  SEQUENCE_DUPLICATE,
  SEQUENCE_NEXT,
  SEQUENCE_REORDERED,
  SEQUENCE_WINDOW,
  SequenceWindows,
} from './sequence-windows.ts';

describe('sequence windows', () => {
  test('tell the next one, a late one and a repeated one apart', () => {
    const windows = new SequenceWindows(2);
    assert.deepEqual(
      [0, 1, 4, 2, 4, 3, 2, 5].map((sequence) => windows.note(1, sequence)),
      [
        SEQUENCE_NEXT,
        SEQUENCE_NEXT,
        SEQUENCE_NEXT,
        SEQUENCE_REORDERED,
        SEQUENCE_DUPLICATE,
        SEQUENCE_REORDERED,
        SEQUENCE_DUPLICATE,
        SEQUENCE_NEXT,
      ],
    );
    assert.equal(windows.note(0, 4), SEQUENCE_NEXT);
  });

  test('forget what lies behind the window', () => {
    const windows = new SequenceWindows(1);
    assert.equal(windows.note(0, 7), SEQUENCE_NEXT);
    assert.equal(windows.note(0, 7 + SEQUENCE_WINDOW), SEQUENCE_NEXT);
    assert.equal(windows.note(0, 7), SEQUENCE_REORDERED);
    assert.equal(windows.note(0, 8), SEQUENCE_REORDERED);
    assert.equal(windows.note(0, 8), SEQUENCE_DUPLICATE);
    assert.equal(windows.note(0, 10 * SEQUENCE_WINDOW), SEQUENCE_NEXT);
    assert.equal(windows.note(0, 10 * SEQUENCE_WINDOW - 1), SEQUENCE_REORDERED);
  });

  test('begin again after they were cleared', () => {
    const windows = new SequenceWindows(1);
    windows.note(0, 0);
    windows.clear();
    assert.equal(windows.note(0, 0), SEQUENCE_NEXT);
  });

  test('agree with a set of numbers on a shuffled, repeated stream', () => {
    const seed = 7;
    const random = new SeededRandom(seed);
    const windows = new SequenceWindows(3);
    const seen = [new Set<number>(), new Set<number>(), new Set<number>()];
    const newest = [-1, -1, -1];
    for (let step = 0; step < 30_000; step += 1) {
      const flow = random.nextU32() % 3;
      const known = seen[flow] as Set<number>;
      const sequence = Math.max(0, (newest[flow] as number) + 40 - (random.nextU32() % 300));
      const isNewest = sequence > (newest[flow] as number);
      const expected = isNewest ? SEQUENCE_NEXT : known.has(sequence) ? SEQUENCE_DUPLICATE : SEQUENCE_REORDERED;
      assert.equal(windows.note(flow, sequence), expected, `seed ${seed}, step ${step}`);
      known.add(sequence);
      newest[flow] = Math.max(newest[flow] as number, sequence);
    }
  });
});
