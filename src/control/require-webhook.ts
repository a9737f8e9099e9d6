import { ControlError } from './errors.ts';
import type { StoreSession } from './ports.ts';
import { requireAccount } from './require-account.ts';
import type { Webhook } from './webhook.ts';

/**
 * The webhook of this id in this account.
 * @throws {ControlError} `account-not-found`, `webhook-not-found`.
 */
export async function requireWebhook(session: StoreSession, accountId: string, id: string): Promise<Webhook> {
  const account = await requireAccount(session, accountId);
  const webhook = await session.webhooks.find(id);
  if (webhook === undefined || webhook.accountId !== account.id) {
    throw new ControlError('webhook-not-found', 'The account has no such webhook.');
  }
  return webhook;
}
