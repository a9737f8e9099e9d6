import type { ControlPorts } from './ports.ts';
import { requireWebhook } from './require-webhook.ts';
import type { Webhook } from './webhook.ts';

/**
 * Ends a webhook; what waits for it is not delivered.
 * @returns the webhook that was.
 * @throws {ControlError} `account-not-found`, `webhook-not-found`.
 */
export function deleteWebhook(ports: ControlPorts, accountId: string, id: string): Promise<Webhook> {
  return ports.store.transact(async (session) => {
    const webhook = await requireWebhook(session, accountId, id);
    await session.webhooks.remove(id);
    return webhook;
  });
}
