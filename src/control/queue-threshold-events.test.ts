import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { WEBHOOK_QUEUE_MAX } from '../base/limits.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createWebhook } from './create-webhook.ts';
import { queueThresholdEvents } from './queue-threshold-events.ts';
import { makeQueuedEvent } from './queue-webhook-events.ts';

const month = Date.UTC(2026, 0) as UnixMs;

test('what is lost of two months at once is counted for both', async (context) => {
  const { ports, close } = await openTestControl();
  context.after(close);
  const input = { url: 'https://app.example/', events: ['usage.threshold_reached'], thresholds: [100] };
  const { webhook } = await createWebhook(ports, BY, ACCOUNT, input);
  const waiting = makeQueuedEvent(ports, webhook, 'webhook.test', ports.clock.unixNow(), {});
  const others = Array.from({ length: WEBHOOK_QUEUE_MAX }, (_, n) => ({ ...waiting, id: `msg_${n}` }));
  await ports.store.transact((session) => session.webhookOutbox.append(others));
  const growth = { accountId: ACCOUNT, beforeBytes: 0, afterBytes: 100 };
  await ports.store.transact((session) =>
    queueThresholdEvents(ports, session, [
      { ...growth, month },
      { ...growth, month: Date.UTC(2026, 1) as UnixMs },
    ]),
  );
  assert.equal((await ports.store.webhooks.find(webhook.id))?.delivery.eventsDropped, 2);
});

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
