import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoticeBatch } from '../turn/notice-queue.ts';
import { NoticeReporter } from './notice-reporter.ts';

test('notices are reported five times a second while somebody wants them', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const batch: NoticeBatch = { notices: [], dropped: 1 };
  const wanted: string[] = [];
  let takes = 0;
  let reports = 0;
  const reporter = new NoticeReporter({
    want: (kinds) => wanted.push(kinds.join()),
    take: () => {
      takes += 1;
      return takes === 2 ? undefined : batch;
    },
    report: () => {
      reports += 1;
    },
  });
  reporter.want([]);
  context.mock.timers.tick(1_000);
  assert.equal(takes, 0);
  reporter.want(['limit-reached']);
  reporter.want(['limit-reached', 'allocation-ended']);
  context.mock.timers.tick(600);
  assert.deepEqual([takes, reports], [3, 2]);
  reporter.want([]);
  context.mock.timers.tick(1_000);
  reporter.flush();
  reporter.stop();
  assert.deepEqual([takes, reports], [4, 3]);
  assert.deepEqual(wanted, ['', 'limit-reached', 'limit-reached,allocation-ended', '']);
});
