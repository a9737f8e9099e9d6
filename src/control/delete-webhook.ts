import type { Actor } from './actor.ts';
import { describeWebhookDeed } from './describe-webhook-deed.ts';
import type { ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireWebhook } from './require-webhook.ts';
import type { Webhook } from './webhook.ts';

/**
 * Ends a webhook; what waits for it is not delivered.
 * @returns the webhook that was.
 * @throws {ControlError} `account-not-found`, `webhook-not-found`.
 */
export function deleteWebhook(ports: ControlPorts, by: Actor, accountId: string, id: string): Promise<Webhook> {
  return ports.store.transact(async (session) => {
    const webhook = await requireWebhook(session, accountId, id);
    await session.webhooks.remove(id);
    await recordAudit(session, by, describeWebhookDeed('webhook_delete', webhook), ports.clock.unixNow());
    return webhook;
  });
}
