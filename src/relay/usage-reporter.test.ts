import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant, UnixMs } from '../base/clock.ts';
import { USAGE_REPORTS_UNACKNOWLEDGED_MAX } from '../base/limits.ts';
import type { OutcomeCount } from '../contract/allocation-outcome.ts';
import type { DeniedPeer } from '../contract/denied-peer.ts';
import type { UsageDelta, UsageRow } from '../contract/usage-delta.ts';
import { UsageReporter } from './usage-reporter.ts';

const row = { ingressBytes: 1 } as UsageRow;
const startMs = Date.UTC(2026, 0, 1, 12, 0, 52);

function makeReporter(mock: { readonly tick: (ms: number) => void }) {
  let elapsedMs = 0;
  const reports: UsageDelta[] = [];
  const collected = {
    rows: [row] as UsageRow[],
    slices: 1,
    calls: [] as number[],
    denied: [] as DeniedPeer[],
    outcomes: [] as OutcomeCount[],
  };
  const reporter = new UsageReporter({
    node: 'node',
    boot: 'boot',
    worker: 3,
    firstNumber: 7,
    intervalMs: 5_000,
    clock: { now: () => elapsedMs as Instant, unixNow: () => (startMs + elapsedMs) as UnixMs },
    collect: (from) => {
      collected.calls.push(from);
      return { rows: collected.rows, next: from + 1 < collected.slices ? from + 1 : undefined };
    },
    collectDeniedPeers: () => collected.denied.splice(0),
    collectOutcomes: () => collected.outcomes.splice(0),
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
    assert.ok(collected.calls.length >= 4);
  });

  it('pauses while too many reports are not stored', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, collected, pass } = makeReporter(test.mock.timers);
    for (let index = 0; index < USAGE_REPORTS_UNACKNOWLEDGED_MAX; index++) {
      reporter.flush();
    }
    reporter.start();
    pass(20_000);
    assert.equal(collected.calls.length, USAGE_REPORTS_UNACKNOWLEDGED_MAX);
    reporter.acknowledge(6);
    pass(5_001);
    assert.equal(
      collected.calls.length,
      USAGE_REPORTS_UNACKNOWLEDGED_MAX,
      "a predecessor's report was stored, none of its own",
    );
    reporter.acknowledge(7);
    pass(5_001);
    reporter.stop();
    assert.equal(reports.length, USAGE_REPORTS_UNACKNOWLEDGED_MAX + 1);
  });

  it('reports many rows in slices, a moment apart, all of them in one minute', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, collected, pass } = makeReporter(test.mock.timers);
    collected.slices = 3;
    reporter.start();
    pass(8_006);
    assert.deepEqual(collected.calls, [0, 1, 2, 0, 1], 'one slice a millisecond');
    pass(1);
    reporter.stop();
    assert.deepEqual(
      reports.map(({ n, minute }) => [n, (minute - Date.UTC(2026, 0, 1, 12)) / 60_000]),
      [7, 8, 9, 10, 11, 12].map((n) => [n, 0]),
      'the later three began at the full minute, and tell of the one before',
    );
  });

  it('pauses in the middle, and goes on from there', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, collected, pass } = makeReporter(test.mock.timers);
    collected.slices = USAGE_REPORTS_UNACKNOWLEDGED_MAX + 2;
    reporter.start();
    pass(5_200);
    assert.equal(reports.length, USAGE_REPORTS_UNACKNOWLEDGED_MAX);
    reporter.acknowledge(6 + USAGE_REPORTS_UNACKNOWLEDGED_MAX);
    pass(5_000);
    reporter.stop();
    assert.deepEqual(collected.calls.slice(-2), [
      USAGE_REPORTS_UNACKNOWLEDGED_MAX,
      USAGE_REPORTS_UNACKNOWLEDGED_MAX + 1,
    ]);
  });

  it('reports denied peers once a round, also when nothing was used', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, collected, pass } = makeReporter(test.mock.timers);
    collected.slices = 2;
    const deniedPeer = { address: '10.0.0.1', denials: 3 } as DeniedPeer;
    collected.denied.push(deniedPeer);
    reporter.start();
    pass(5_002);
    reporter.stop();
    assert.deepEqual(
      reports.map(({ deniedPeers }) => deniedPeers),
      [undefined, [deniedPeer]],
    );
    collected.rows = [];
    collected.denied.push(deniedPeer);
    reporter.flush();
    assert.deepEqual(
      reports.slice(2).map(({ n, rows, deniedPeers }) => [n, rows, deniedPeers]),
      [[9, [], [deniedPeer]]],
    );
  });

  it('reports outcomes of allocations once a round, also when nothing was used', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, reports, collected } = makeReporter(test.mock.timers);
    collected.rows = [];
    collected.slices = 2;
    const outcome = { outcome: 'started', count: 3 } as OutcomeCount;
    collected.outcomes.push(outcome);
    reporter.flush();
    reporter.flush();
    assert.deepEqual(
      reports.map(({ n, rows, outcomes }) => [n, rows, outcomes]),
      [[7, [], [outcome]]],
    );
  });

  it('flushes what is left of a round, and then all there is', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { reporter, collected, pass } = makeReporter(test.mock.timers);
    collected.slices = 3;
    reporter.start();
    pass(5_000);
    reporter.stop();
    reporter.flush();
    assert.deepEqual(collected.calls, [0, 1, 2, 0, 1, 2]);
  });
});
