import type { Actor } from './actor.ts';
import { generateId } from './api-token.ts';
import { describeWebhookDeed } from './describe-webhook-deed.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireAccount } from './require-account.ts';
import { NEW_DELIVERY, type Webhook } from './webhook.ts';
import { parseThresholds, parseWebhookEvents, parseWebhookUrl, type WebhookInput } from './webhook-input.ts';
import { deriveWebhookSecret } from './webhook-secret.ts';

export interface CreatedWebhook {
  readonly webhook: Webhook;
  /** `whsec_` and base64. Nobody can read it again. */
  readonly secret: string;
}

/**
 * Makes a webhook; relays tell what it wants within a second or so.
 * @throws {ControlError} `account-not-found`, `invalid-webhook-url`, `invalid-webhook-events`, `webhook-limit-reached`.
 */
export async function createWebhook(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  input: WebhookInput,
): Promise<CreatedWebhook> {
  const { store, clock, random, hashes, settings, installationKeys } = ports;
  const url = parseWebhookUrl(input.url, settings);
  const events = parseWebhookEvents(input.events);
  const thresholds = parseThresholds(input.thresholds);
  const now = clock.unixNow();
  const id = generateId(random);
  const webhook = await store.transact(async (session) => {
    const account = await requireAccount(session, accountId);
    const count = await session.webhooks.count(account.id);
    if (count >= settings.maxWebhooksPerAccount) {
      throw new ControlError(
        'webhook-limit-reached',
        `The account has ${count} webhooks, as many as it may have; delete one first.`,
      );
    }
    const created: Webhook = {
      id,
      accountId: account.id,
      url,
      events,
      thresholds,
      isEnabled: input.enabled ?? true,
      createdAt: now,
      modifiedAt: now,
      secretGeneration: 1,
      previousSecretUntil: undefined,
      delivery: NEW_DELIVERY,
    };
    await session.webhooks.put(created);
    await recordAudit(session, by, describeWebhookDeed('webhook_create', created), now);
    return created;
  });
  return { webhook, secret: deriveWebhookSecret(hashes, installationKeys[0], id, webhook.secretGeneration) };
}
