import type { Actor } from './actor.ts';
import { describeWebhookDeed } from './describe-webhook-deed.ts';
import type { ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireWebhook } from './require-webhook.ts';
import { NEW_DELIVERY, type Webhook } from './webhook.ts';
import { parseThresholds, parseWebhookEvents, parseWebhookUrl, type WebhookInput } from './webhook-input.ts';

/**
 * Changes what a request names of a webhook. One that is enabled anew begins as if nothing had failed; what waits for one that is
 * disabled is forgotten.
 * @throws {ControlError} `account-not-found`, `webhook-not-found`, `invalid-webhook-url`, `invalid-webhook-events`.
 */
export function updateWebhook(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  id: string,
  input: WebhookInput,
): Promise<Webhook> {
  return ports.store.transact(async (session) => {
    const found = await requireWebhook(session, accountId, id);
    const isEnabled = input.enabled ?? found.isEnabled;
    const changed: Webhook = {
      ...found,
      url: input.url === undefined ? found.url : parseWebhookUrl(input.url, ports.settings),
      events: input.events === undefined ? found.events : parseWebhookEvents(input.events),
      thresholds: input.thresholds === undefined ? found.thresholds : parseThresholds(input.thresholds),
      isEnabled,
      modifiedAt: ports.clock.unixNow(),
      delivery: isEnabled && !found.isEnabled ? NEW_DELIVERY : found.delivery,
    };
    await session.webhooks.put(changed);
    await recordAudit(session, by, describeWebhookDeed('webhook_update', changed), changed.modifiedAt);
    if (!isEnabled) {
      await session.webhookOutbox.clear(id);
    }
    return changed;
  });
}
