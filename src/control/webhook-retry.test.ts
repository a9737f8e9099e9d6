import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Random } from '../base/random.ts';
import { delayEvent, delayWebhook } from './webhook-retry.ts';

const least: Random = { fill: () => {}, below: () => 0 };
const most: Random = { fill: () => {}, below: (bound) => bound - 1 };

test('an event is tried for a day and a half, ever more rarely, and then given up', () => {
  const delays = Array.from({ length: 8 }, (_, i) => delayEvent(i + 1, least));
  assert.deepEqual(delays, [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, undefined]);
});

test('what failed together is not tried again together', () => {
  assert.equal(delayEvent(2, most), 329_970);
});

test('a webhook is tried every five minutes, however long it has failed', () => {
  assert.deepEqual(
    [1, 2, 3, 100].map((failures) => delayWebhook(failures, least)),
    [5_000, 300_000, 300_000, 300_000],
  );
});
