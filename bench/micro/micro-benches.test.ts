import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MicroBench, measureMicroBench } from './micro-bench.ts';
import { microBenches } from './micro-benches.ts';

for (const bench of microBenches) {
  test(`${bench.title}: each call does its work`, (context) => {
    const call = bench.prepare((end) => context.after(end));
    for (let i = 0; i < 1_000; i += 1) {
      // What fails returns 0, or -1 for a row or a port that was not found; the first row of a table is 0.
      assert.ok(call() >= (bench.title.startsWith('PermissionTable') ? 0 : (bench.thingsPerCall ?? 1)));
    }
  });
}

test('a call takes some time', () => {
  let calls = 0;
  let ended = 0;
  const bench: MicroBench = {
    title: 'count',
    prepare: (defer) => {
      defer(() => (ended += 1));
      return () => {
        calls += 1;
        return 1;
      };
    },
    thingsPerCall: 10,
  };
  const { nanoseconds, spreadPercent } = measureMicroBench(bench, 3, 1);
  assert.ok(nanoseconds > 0 && nanoseconds < 1_000_000);
  assert.ok(spreadPercent >= 0);
  assert.ok(calls >= 400);
  assert.equal(ended, 1);
});
