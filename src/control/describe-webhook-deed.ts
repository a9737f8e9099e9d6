import type { AuditedAction } from './audit-entry.ts';
import type { Webhook } from './webhook.ts';

/** What the audit log tells of a webhook. The path and the query of its URL may hold what only its receiver should know. */
export function describeWebhookDeed(
  action: 'webhook_create' | 'webhook_update' | 'webhook_delete',
  { id, accountId, url, events, isEnabled }: Webhook,
): AuditedAction {
  const { host } = new URL(url);
  const details = action === 'webhook_delete' ? { host } : { host, events, enabled: isEnabled };
  return { action, accountId, resourceId: id, details };
}
