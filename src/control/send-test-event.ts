import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';
import { makeQueuedEvent, queueForWebhook } from './queue-webhook-events.ts';
import { requireWebhook } from './require-webhook.ts';

/**
 * Queues an event that a person can look for at the receiver.
 * @returns its `webhook-id`.
 * @throws {ControlError} `account-not-found`, `webhook-not-found`, `webhook-disabled`.
 */
export function sendTestEvent(ports: ControlPorts, accountId: string, id: string): Promise<string> {
  return ports.store.transact(async (session) => {
    const webhook = await requireWebhook(session, accountId, id);
    if (!webhook.isEnabled) {
      throw new ControlError('webhook-disabled', 'The webhook is disabled. Enable it first: PUT {"enabled": true}.');
    }
    const event = makeQueuedEvent(ports, webhook, 'webhook.test', ports.clock.unixNow(), { webhookId: id });
    await queueForWebhook(session, webhook, [event]);
    return event.id;
  });
}
