import type { UnixMs } from '../base/clock.ts';
import { WEBHOOK_QUEUE_MAX } from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import { generateId } from './api-token.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { formatRfc3339 } from './rfc3339.ts';
import type { QueuedEvent, UnaskedEvent, Webhook, WebhookEvent } from './webhook.ts';

/** Something that an account may want to be told of. */
export interface AccountEvent {
  readonly type: WebhookEvent;
  readonly accountId: AccountId;
  readonly at: UnixMs;
  /** What the receiver reads as `data`, beside the account. */
  readonly data: Readonly<Record<string, unknown>>;
}

type Tools = Pick<ControlPorts, 'clock' | 'random'>;

/** Queues each event for the webhooks that want it; part of the transaction that the events are about. */
export async function queueWebhookEvents(
  tools: Tools,
  session: StoreSession,
  events: readonly AccountEvent[],
): Promise<void> {
  if (events.length === 0) {
    return;
  }
  for (const webhook of await session.webhooks.listEnabled()) {
    const wanted = events.filter(({ accountId, type }) => isWanted(webhook, accountId, type));
    const queued = wanted.map(({ type, at, data }) => makeQueuedEvent(tools, webhook, type, at, data));
    await queueForWebhook(session, webhook, queued);
  }
}

/** An event for one webhook, as it will be sent (Standard Webhooks, "Payload structure"). */
export function makeQueuedEvent(
  { clock, random }: Tools,
  { id, accountId }: Webhook,
  type: WebhookEvent | UnaskedEvent,
  at: UnixMs,
  data: Readonly<Record<string, unknown>>,
): QueuedEvent {
  const now = clock.unixNow();
  const payload = { type, timestamp: formatRfc3339(at), data: { accountId, ...data } };
  return {
    id: `msg_${generateId(random)}`,
    webhookId: id,
    payload: JSON.stringify(payload),
    queuedAt: now,
    attempts: 0,
    dueAt: now,
  };
}

/** Queues events for one webhook; of too many the oldest are dropped, and counted. */
export async function queueForWebhook(
  session: StoreSession,
  webhook: Webhook,
  events: readonly QueuedEvent[],
): Promise<void> {
  if (events.length === 0) {
    return;
  }
  await session.webhookOutbox.append(events);
  const lost = await session.webhookOutbox.trim(webhook.id, WEBHOOK_QUEUE_MAX);
  if (lost > 0) {
    await session.webhooks.addDropped(webhook.id, lost);
  }
}

function isWanted(webhook: Webhook, accountId: AccountId, type: WebhookEvent): boolean {
  return webhook.accountId === accountId && webhook.events.includes(type);
}
