import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StillClock } from './control.test-support.ts';
import { TokenUses } from './token-uses.ts';

test('a use is written at most once a minute for each token', () => {
  const clock = new StillClock();
  const start = clock.unixNow();
  const written: [string, number][] = [];
  const noteUse = async (id: string, at: number) => {
    written.push([id, at - start]);
  };
  const uses = new TokenUses({ noteUse }, clock);
  for (const afterMs of [0, 0, 59_999, 1, 30_000]) {
    clock.advance(afterMs);
    uses.note('a');
  }
  uses.note('b');
  assert.deepEqual(written, [
    ['a', 0],
    ['a', 60_000],
    ['b', 90_000],
  ]);
});

test('a use that cannot be written is left out', async () => {
  const noteUse = () => Promise.reject(new Error('disk full'));
  new TokenUses({ noteUse }, new StillClock()).note('a');
  // An unhandled rejection would fail this test.
  await new Promise(setImmediate);
});
