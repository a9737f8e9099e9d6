import type { UnixMs } from '../base/clock.ts';
import { WEBHOOK_SECRET_OVERLAP_MS } from '../base/limits.ts';
import type { Actor } from './actor.ts';
import type { CreatedWebhook } from './create-webhook.ts';
import type { ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireWebhook } from './require-webhook.ts';
import { deriveWebhookSecret } from './webhook-secret.ts';

/**
 * Gives a webhook a new secret. For a day deliveries are signed with the one before it as well (Standard Webhooks, "Webhook
 * headers"), so that a receiver is changed over without a gap.
 * @throws {ControlError} `account-not-found`, `webhook-not-found`.
 */
export async function rollWebhook(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  id: string,
): Promise<CreatedWebhook> {
  const { store, clock, hashes, installationKeys } = ports;
  const webhook = await store.transact(async (session) => {
    const found = await requireWebhook(session, accountId, id);
    const now = clock.unixNow();
    const rolled = {
      ...found,
      secretGeneration: found.secretGeneration + 1,
      previousSecretUntil: (now + WEBHOOK_SECRET_OVERLAP_MS) as UnixMs,
      modifiedAt: now,
    };
    await session.webhooks.put(rolled);
    const done = { action: 'webhook_roll', accountId: found.accountId, resourceId: id } as const;
    await recordAudit(session, by, done, now);
    return rolled;
  });
  return { webhook, secret: deriveWebhookSecret(hashes, installationKeys[0], id, webhook.secretGeneration) };
}
