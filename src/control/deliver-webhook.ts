import type { UnixMs } from '../base/clock.ts';
import { WEBHOOK_ATTEMPTS_AT_ONCE } from '../base/limits.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { makeQueuedEvent } from './queue-webhook-events.ts';
import type { QueuedEvent, SendWebhook, Webhook, WebhookDelivery, WebhookOutcome } from './webhook.ts';
import { delayEvent, delayWebhook } from './webhook-retry.ts';
import { signWebhook } from './webhook-secret.ts';

/** An attempt and what came of it. */
interface Attempt {
  readonly event: QueuedEvent;
  readonly outcome: WebhookOutcome;
}

export interface DeliveryRound {
  readonly delivered: number;
  readonly failed: number;
  /** Whether the webhook was disabled by this round, and what waited for it forgotten. */
  readonly isDisabled: boolean;
  /** Whether there may be more to deliver at once. */
  readonly hasMore: boolean;
}

const NOTHING: DeliveryRound = { delivered: 0, failed: 0, isDisabled: false, hasMore: false };

/**
 * Sends some of the events that are due for a webhook, all at once, and records what came of them. Who stops between the two
 * sends them again: each event arrives at least once, with the same `webhook-id`.
 */
export async function deliverWebhook(
  ports: ControlPorts,
  send: SendWebhook,
  webhookId: string,
): Promise<DeliveryRound> {
  const now = ports.clock.unixNow();
  const webhook = await ports.store.webhooks.find(webhookId);
  if (webhook?.isEnabled !== true || webhook.delivery.retryAt > now) {
    return NOTHING;
  }
  const due = await ports.store.webhookOutbox.listDue(webhookId, now, WEBHOOK_ATTEMPTS_AT_ONCE);
  if (due.length === 0) {
    return NOTHING;
  }
  const attempts = await Promise.all(
    due.map(async (event) => ({ event, outcome: await send(makeRequest(ports, webhook, event)) })),
  );
  const isDisabled = await ports.store.transact((session) => settle(ports, session, webhookId, attempts));
  const delivered = attempts.filter(isDelivered).length;
  const failed = attempts.length - delivered;
  return { delivered, failed, isDisabled, hasMore: failed === 0 && due.length === WEBHOOK_ATTEMPTS_AT_ONCE };
}

/** Standard Webhooks, "Webhook headers". The timestamp is that of the attempt. */
function makeRequest(ports: ControlPorts, webhook: Webhook, { id, payload }: QueuedEvent) {
  const timestampSeconds = Math.floor(ports.clock.unixNow() / 1000);
  return {
    url: webhook.url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signWebhook(ports, webhook, { id, timestampSeconds, payload }),
    },
    body: payload,
  };
}

/** @returns whether the webhook is disabled from now on. */
async function settle(
  ports: ControlPorts,
  session: StoreSession,
  webhookId: string,
  attempts: readonly Attempt[],
): Promise<boolean> {
  const webhook = await session.webhooks.find(webhookId);
  if (webhook === undefined) {
    return false;
  }
  let lost = 0;
  for (const { event, outcome } of attempts) {
    lost += await settleEvent(ports, session, event, outcome);
  }
  const delivery = describeDelivery(ports, webhook.delivery, attempts, lost);
  const isDisabled = webhook.isEnabled && isHopeless(ports, delivery, attempts);
  if (isDisabled) {
    await session.webhookOutbox.clear(webhookId);
  }
  // What would be told of those that were dropped would wait for ever where nothing is sent any more.
  const told =
    attempts.some(isDelivered) && !isDisabled ? await tellDropped(ports, session, webhook, delivery) : delivery;
  await session.webhooks.put({ ...webhook, isEnabled: webhook.isEnabled && !isDisabled, delivery: told });
  return isDisabled;
}

/** @returns how many events are given up: 0 or 1. */
async function settleEvent(
  { clock, random }: ControlPorts,
  { webhookOutbox }: StoreSession,
  event: QueuedEvent,
  outcome: WebhookOutcome,
): Promise<number> {
  const attempts = event.attempts + 1;
  const delayMs = isDelivered({ outcome }) ? undefined : delayEvent(attempts, random);
  if (delayMs !== undefined) {
    await webhookOutbox.postpone(event.id, attempts, (clock.unixNow() + delayMs) as UnixMs);
    return 0;
  }
  await webhookOutbox.remove(event.id);
  return isDelivered({ outcome }) ? 0 : 1;
}

function describeDelivery(
  { clock, random }: ControlPorts,
  before: WebhookDelivery,
  attempts: readonly Attempt[],
  lost: number,
): WebhookDelivery {
  const now = clock.unixNow();
  const last = attempts.at(-1)?.outcome;
  const common = {
    lastStatus: last?.kind === 'answered' ? last.status : undefined,
    lastError: last?.kind === 'failed' ? last.reason : undefined,
    eventsDropped: before.eventsDropped + lost,
  };
  if (attempts.some(isDelivered)) {
    return { ...common, failingSince: undefined, failures: 0, retryAt: 0 as UnixMs };
  }
  const failures = before.failures + 1;
  const retryAt = (now + delayWebhook(failures, random)) as UnixMs;
  return { ...common, failingSince: before.failingSince ?? now, failures, retryAt };
}

/** Standard Webhooks, "Delivery success and failure": who answers 410 wants nothing more. */
function isHopeless(
  { clock, settings }: ControlPorts,
  { failingSince }: WebhookDelivery,
  attempts: readonly Attempt[],
): boolean {
  const isGone = attempts.some(({ outcome }) => outcome.kind === 'answered' && outcome.status === 410);
  const hasFailedForLong = failingSince !== undefined && clock.unixNow() - failingSince >= settings.webhookFailureMsMax;
  return isGone || hasFailedForLong;
}

/** Queues word of the events that were lost, if any. */
async function tellDropped(
  ports: ControlPorts,
  session: StoreSession,
  webhook: Webhook,
  delivery: WebhookDelivery,
): Promise<WebhookDelivery> {
  const { eventsDropped } = delivery;
  if (eventsDropped === 0) {
    return delivery;
  }
  const data = { count: eventsDropped };
  const event = makeQueuedEvent(ports, webhook, 'webhook.events_dropped', ports.clock.unixNow(), data);
  await session.webhookOutbox.append([event]);
  return { ...delivery, eventsDropped: 0 };
}

function isDelivered({ outcome }: Pick<Attempt, 'outcome'>): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}
