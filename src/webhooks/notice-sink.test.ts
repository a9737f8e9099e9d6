import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTICE_BATCHES_WAITING_MAX } from '../base/limits.ts';
import type { RelayNotice } from '../contract/relay-notice.ts';
import { NoticeSink } from './notice-sink.ts';

const notice = { kind: 'limit-reached' } as RelayNotice;

test('batches are recorded one after the other; while the store is busy the oldest of too many are dropped', async () => {
  const recorded: string[] = [];
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const sink = new NoticeSink({
    record: async (notices, dropped) => {
      await opened;
      recorded.push(`${notices.length}+${dropped}`);
    },
    onFailed: () => assert.fail(),
  });
  for (let n = 0; n < NOTICE_BATCHES_WAITING_MAX + 3; n += 1) {
    sink.push([notice, notice], n === 0 ? 5 : 0);
  }
  open();
  await sink.settle();
  const others = new Array<string>(NOTICE_BATCHES_WAITING_MAX - 1).fill('2+0');
  assert.deepEqual(recorded, ['2+5', '2+4', ...others]);
});

test('what cannot be recorded counts as dropped with the next batch', async () => {
  const recorded: string[] = [];
  let failures = 0;
  const sink = new NoticeSink({
    record: async (notices, dropped) => {
      if (failures === 0) {
        throw new Error('the disk is full');
      }
      recorded.push(`${notices.length}+${dropped}`);
    },
    onFailed: () => {
      failures += 1;
    },
  });
  sink.push([notice, notice], 1);
  await sink.settle();
  sink.push([notice], 0);
  await sink.settle();
  assert.deepEqual([failures, recorded], [1, ['1+3']]);
});
