import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTICES_PER_WORKER_MAX } from '../base/limits.ts';
import type { RelayNotice } from '../contract/relay-notice.ts';
import { NoticeQueue } from './notice-queue.ts';

const notice = { kind: 'limit-reached' } as RelayNotice;

test('nothing is wanted until somebody wants it, and then only that', () => {
  const queue = new NoticeQueue();
  assert.equal(queue.wants('limit-reached'), false);
  queue.want(['limit-reached']);
  assert.deepEqual([queue.wants('limit-reached'), queue.wants('allocation-started')], [true, false]);
  queue.want([]);
  assert.equal(queue.wants('limit-reached'), false);
});

test('what there is no room for is dropped and counted, and told with the next batch', () => {
  const queue = new NoticeQueue();
  assert.equal(queue.take(), undefined);
  for (let n = 0; n < NOTICES_PER_WORKER_MAX + 3; n += 1) {
    queue.push(notice);
  }
  const batch = queue.take();
  assert.deepEqual([batch?.notices.length, batch?.dropped], [NOTICES_PER_WORKER_MAX, 3]);
  queue.push(notice);
  assert.deepEqual(queue.take(), { notices: [notice], dropped: 0 });
  assert.equal(queue.take(), undefined);
});
