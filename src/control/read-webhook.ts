import type { ControlPorts } from './ports.ts';
import { requireWebhook } from './require-webhook.ts';
import type { Webhook } from './webhook.ts';

/**
 * One webhook of an account.
 * @throws {ControlError} `account-not-found`, `webhook-not-found`.
 */
export function readWebhook(ports: ControlPorts, accountId: string, id: string): Promise<Webhook> {
  return requireWebhook(ports.store, accountId, id);
}
