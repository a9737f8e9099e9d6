import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant, UnixMs } from '../base/clock.ts';
import { USAGE_REPORTS_UNACKNOWLEDGED_MAX } from '../base/limits.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import { UsageReporter } from './usage-reporter.ts';

const row = { ingressBytes: 1 } as UsageRow;
const startMs = Date.UTC(2026, 0, 1, 12, 0, 52);

function makeReporter(mock: { readonly tick: (ms: number) => void }) {
  let elapsedMs = 0;
  const reports: UsageDelta[] = [];
  const collected = { rows: [row] as UsageRow[], calls: 0 };
  const reporter = new UsageReporter({
    node: 'node',
    boot: 'boot',
    worker: 3,
    firstNumber: 7,
    intervalMs: 5_000,
    clock: { now: () => elapsedMs as Instant, unixNow: () => (startMs + elapsedMs) as UnixMs },
    collect: () => {
      collected.calls += 1;
      return collected.rows;
    },
    report: (delta) => reports.push(delta),
  });
  const pass = (ms: number) => {
    for (let step = 0; step < ms; step++) {
      elapsedMs += 1;
      mock.tick(1);
    }
  };
  return { reporter, reports, collected, pass };
}

describe('usage reporter', () => {
  it('reports every interval and at the full minute, each report in its own minute', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, pass } = makeReporter(test.mock.timers);
    reporter.start();
    pass(18_100);
    reporter.stop();
    assert.deepEqual(
      reports.map(({ n, minute }) => [n, (minute - Date.UTC(2026, 0, 1, 12)) / 60_000]),
      [
        [7, 0],
        [8, 0],
        [9, 1],
        [10, 1],
      ],
    );
    assert.deepEqual(reports[0], {
      node: 'node',
      boot: 'boot',
      worker: 3,
      n: 7,
      minute: Date.UTC(2026, 0, 1, 12),
      rows: [row],
    });
  });

  it('reports nothing when there is nothing', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, collected, pass } = makeReporter(test.mock.timers);
    collected.rows = [];
    reporter.start();
    pass(20_000);
    reporter.stop();
    assert.equal(reports.length, 0);
    assert.ok(collected.calls >= 4);
  });

  it('pauses while too many reports are not stored', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, collected, pass } = makeReporter(test.mock.timers);
    for (let index = 0; index < USAGE_REPORTS_UNACKNOWLEDGED_MAX; index++) {
      reporter.flush();
    }
    reporter.start();
    pass(20_000);
    assert.equal(collected.calls, USAGE_REPORTS_UNACKNOWLEDGED_MAX);
    reporter.acknowledge(6);
    pass(5_001);
    assert.equal(
      collected.calls,
      USAGE_REPORTS_UNACKNOWLEDGED_MAX,
      "a predecessor's report was stored, none of its own",
    );
    reporter.acknowledge(7);
    pass(5_001);
    reporter.stop();
    assert.equal(reports.length, USAGE_REPORTS_UNACKNOWLEDGED_MAX + 1);
  });
});
