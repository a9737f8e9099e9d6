import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createWebhook } from './create-webhook.ts';
import { queueThresholdEvents } from './queue-threshold-events.ts';

const month = Date.UTC(2026, 0) as UnixMs;

test('an account is told of each threshold that its month has reached', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const input = { url: 'https://app.example/', events: ['usage.threshold_reached'], thresholds: [300, 100, 200] };
  const { webhook } = await createWebhook(ports, BY, ACCOUNT, input);
  await createWebhook(ports, BY, ACCOUNT, { ...input, events: ['limit.reached'] });
  await ports.store.transact((session) =>
    queueThresholdEvents(ports, session, [
      { accountId: OTHER_ACCOUNT, month, beforeBytes: 0, afterBytes: 1_000 },
      { accountId: ACCOUNT, month, beforeBytes: 99, afterBytes: 250 },
    ]),
  );
  const queued = await ports.store.webhookOutbox.listDue(webhook.id, ports.clock.unixNow(), 10);
  const told = queued
    .map(({ payload }) => JSON.parse(payload))
    .map(({ type, data }) => [type, data.thresholdBytes, data]);
  const common = { accountId: ACCOUNT, month: '2026-01', egressBytes: 250 };
  assert.deepEqual(
    told.toSorted(([, a], [, b]) => a - b),
    [100, 200].map((thresholdBytes) => ['usage.threshold_reached', thresholdBytes, { ...common, thresholdBytes }]),
  );
  assert.equal(await ports.store.webhookOutbox.count(), 2);
});
