import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureMicroBench } from './micro-bench.ts';
import { microBenches } from './micro-benches.ts';

for (const bench of microBenches) {
  test(`${bench.title}: each call does its work`, () => {
    const call = bench.prepare();
    for (let i = 0; i < 1_000; i += 1) {
      // What fails returns 0, or -1 for a row or a port that was not found; the first row of a table is 0.
      assert.ok(call() >= (bench.title.startsWith('PermissionTable') ? 0 : 1));
    }
  });
}

test('a call takes some time', () => {
  let calls = 0;
  const bench = {
    title: 'count',
    prepare: () => () => {
      calls += 1;
      return 1;
    },
  };
  const { nanoseconds, spreadPercent } = measureMicroBench(bench, 3, 1);
  assert.ok(nanoseconds > 0 && nanoseconds < 1_000_000);
  assert.ok(spreadPercent >= 0);
  assert.ok(calls >= 4_000);
});
