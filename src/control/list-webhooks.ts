import { type PageRequest, parsePageRequest } from './page-request.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';
import type { Webhook } from './webhook.ts';

export interface WebhookPage {
  /** Newest first. */
  readonly webhooks: readonly Webhook[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of an account's webhooks.
 * @throws {ControlError} `account-not-found`, `invalid-page`.
 */
export async function listWebhooks(ports: ControlPorts, accountId: string, input: PageRequest): Promise<WebhookPage> {
  const { offset, limit } = parsePageRequest(input);
  return ports.store.view(async (session) => {
    const account = await requireAccount(session, accountId);
    return {
      webhooks: await session.webhooks.list(account.id, offset, limit),
      totalCount: await session.webhooks.count(account.id),
    };
  });
}
