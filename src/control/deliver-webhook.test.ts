import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { WEBHOOK_ATTEMPTS_AT_ONCE, WEBHOOK_QUEUE_MAX } from '../base/limits.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createWebhook } from './create-webhook.ts';
import { deliverWebhook } from './deliver-webhook.ts';
import type { ControlPorts } from './ports.ts';
import { makeQueuedEvent, queueWebhookEvents } from './queue-webhook-events.ts';
import { sendTestEvent } from './send-test-event.ts';
import { updateWebhook } from './update-webhook.ts';
import type { Webhook, WebhookRequest } from './webhook.ts';

const DAY_MS = 86_400_000;

interface Rig {
  readonly ports: ControlPorts;
  readonly webhook: Webhook;
  /** What was sent so far. */
  readonly sent: WebhookRequest[];
  /** What the receiver answers; undefined for no answer at all. */
  status: number | undefined;
  advance(ms: number): void;
  deliver(): ReturnType<typeof deliverWebhook>;
  read(): Promise<Webhook>;
}

async function open(context: TestContext): Promise<Rig> {
  const { ports, clock, close } = await openTestControl();
  context.after(close);
  const input = { url: 'https://app.example/hook', events: ['credential.revoked'] };
  const { webhook } = await createWebhook(ports, BY, ACCOUNT, input);
  const sent: WebhookRequest[] = [];
  const rig: Rig = {
    ports,
    webhook,
    sent,
    status: 204,
    advance: (ms) => clock.advance(ms),
    deliver: () =>
      deliverWebhook(
        ports,
        async (request) => {
          sent.push(request);
          return rig.status === undefined
            ? { kind: 'failed', reason: 'silence' }
            : { kind: 'answered', status: rig.status };
        },
        webhook.id,
      ),
    read: async () => (await ports.store.webhooks.find(webhook.id)) as Webhook,
  };
  return rig;
}

function idsOf(requests: readonly WebhookRequest[]): readonly string[] {
  return requests.map(({ headers }) => headers['webhook-id'] ?? '');
}

async function queueMany(rig: Rig, count: number): Promise<void> {
  const { ports } = rig;
  const event = { type: 'credential.revoked', accountId: ACCOUNT, at: ports.clock.unixNow(), data: {} } as const;
  await ports.store.transact((session) => queueWebhookEvents(ports, session, new Array(count).fill(event)));
}

describe('a delivery', () => {
  test('carries type, time and data, and is over when it is answered with 2xx', async (context) => {
    const rig = await open(context);
    const id = await sendTestEvent(rig.ports, ACCOUNT, rig.webhook.id);
    assert.deepEqual(await rig.deliver(), { delivered: 1, failed: 0, isDisabled: false, hasMore: false });
    const [request] = rig.sent;
    assert.equal(request?.url, 'https://app.example/hook');
    assert.equal(request?.headers['webhook-id'], id);
    assert.equal(request?.headers['webhook-timestamp'], '1700000000');
    assert.deepEqual(JSON.parse(request?.body ?? ''), {
      type: 'webhook.test',
      timestamp: '2023-11-14T22:13:20.250Z',
      data: { accountId: ACCOUNT, webhookId: rig.webhook.id },
    });
    assert.equal((await rig.read()).delivery.lastStatus, 204);
    assert.equal((await rig.deliver()).delivered, 0);
  });

  test('that fails comes again with the same id and a new timestamp, later each time, until it is given up', async (context) => {
    const rig = await open(context);
    const id = await sendTestEvent(rig.ports, ACCOUNT, rig.webhook.id);
    rig.status = 500;
    const attemptedAt: number[] = [];
    for (let minute = 0; minute < 40 * 60; minute += 1) {
      attemptedAt.push(...((await rig.deliver()).failed === 1 ? [minute] : []));
      rig.advance(60_000);
    }
    assert.equal(attemptedAt.length, 8);
    const pauses = attemptedAt.slice(1).map((at, i) => at - (attemptedAt[i] as number));
    const least = [1, 5, 30, 120, 300, 600, 840];
    assert.ok(
      pauses.every((pause, i) => pause >= (least[i] as number) && pause <= 1 + 1.1 * (least[i] as number)),
      pauses.join(),
    );
    assert.deepEqual(new Set(idsOf(rig.sent)), new Set([id]));
    assert.equal(new Set(rig.sent.map(({ headers }) => headers['webhook-timestamp'])).size, 8);
    assert.deepEqual([await rig.ports.store.webhookOutbox.count(), (await rig.read()).delivery.eventsDropped], [0, 1]);
  });

  test('to a receiver that is silent says since when, and what it was', async (context) => {
    const rig = await open(context);
    const since = rig.ports.clock.unixNow();
    await sendTestEvent(rig.ports, ACCOUNT, rig.webhook.id);
    rig.status = undefined;
    await rig.deliver();
    rig.advance(10_000);
    await rig.deliver();
    const { failingSince, lastError, failures, lastStatus } = (await rig.read()).delivery;
    assert.deepEqual([failingSince, lastError, failures, lastStatus], [since, 'silence', 2, undefined]);
  });
});

describe('a webhook', () => {
  test('that fails is left alone with all its events, and gets them when it has recovered', async (context) => {
    const rig = await open(context);
    await queueMany(rig, 3 * WEBHOOK_ATTEMPTS_AT_ONCE);
    rig.status = 503;
    assert.equal((await rig.deliver()).failed, WEBHOOK_ATTEMPTS_AT_ONCE);
    assert.equal((await rig.deliver()).failed, 0, 'those behind wait as well');
    rig.status = 200;
    rig.advance(6_000);
    const rounds = [await rig.deliver(), await rig.deliver(), await rig.deliver(), await rig.deliver()];
    assert.deepEqual(
      rounds.map(({ delivered, hasMore }) => [delivered, hasMore]),
      [...new Array(3).fill([WEBHOOK_ATTEMPTS_AT_ONCE, true]), [0, false]],
    );
    assert.equal(new Set(idsOf(rig.sent)).size, 3 * WEBHOOK_ATTEMPTS_AT_ONCE);
    assert.equal((await rig.read()).delivery.failingSince, undefined);
  });

  test('that answers 410 is disabled, and its queue forgotten', async (context) => {
    const rig = await open(context);
    await queueMany(rig, 20);
    rig.status = 410;
    assert.equal((await rig.deliver()).isDisabled, true);
    assert.deepEqual([(await rig.read()).isEnabled, await rig.ports.store.webhookOutbox.count()], [false, 0]);
    await queueMany(rig, 1);
    assert.equal(await rig.ports.store.webhookOutbox.count(), 0, 'nothing is queued for it');
    await assert.rejects(sendTestEvent(rig.ports, ACCOUNT, rig.webhook.id), { code: 'webhook-disabled' });
    const enabled = await updateWebhook(rig.ports, BY, ACCOUNT, rig.webhook.id, { enabled: true });
    assert.deepEqual([enabled.isEnabled, enabled.delivery.failingSince], [true, undefined]);
  });

  test('that has failed for five days is disabled', async (context) => {
    const rig = await open(context);
    rig.status = 500;
    const days: number[] = [];
    for (let day = 0; day <= 5; day += 1) {
      await queueMany(rig, 1);
      days.push(...((await rig.deliver()).isDisabled ? [day] : []));
      rig.advance(DAY_MS);
    }
    assert.deepEqual(days, [5]);
  });

  test('loses the oldest events when too many wait, and is told how many as soon as it can be', async (context) => {
    const rig = await open(context);
    await queueMany(rig, 5);
    const [first] = await rig.ports.store.webhookOutbox.listDue(rig.webhook.id, rig.ports.clock.unixNow(), 1);
    assert.notEqual(first, undefined);
    rig.advance(1);
    const events = Array.from({ length: WEBHOOK_QUEUE_MAX - 5 }, () =>
      makeQueuedEvent(rig.ports, rig.webhook, 'webhook.test', rig.ports.clock.unixNow(), {}),
    );
    await rig.ports.store.webhookOutbox.append(events);
    await queueMany(rig, 3);
    assert.equal((await rig.read()).delivery.eventsDropped, 3);
    await rig.deliver();
    assert.equal((await rig.read()).delivery.eventsDropped, 0);
    const { store, clock } = rig.ports;
    const queued = await store.webhookOutbox.listDue(rig.webhook.id, clock.unixNow(), WEBHOOK_QUEUE_MAX);
    const told = queued
      .map(({ payload }) => JSON.parse(payload))
      .filter(({ type }) => type === 'webhook.events_dropped');
    assert.deepEqual(
      told.map(({ data }) => data),
      [{ accountId: ACCOUNT, count: 3 }],
    );
  });
});
