import { unreachable } from '../base/assert.ts';
import { WEBHOOK_EVENTS_PER_BATCH_MAX } from '../base/limits.ts';
import type { NoticeSubject, RelayNotice, RelayNoticeKind } from '../contract/relay-notice.ts';
import { keepFairly } from './keep-fairly.ts';
import type { ControlPorts } from './ports.ts';
import { type AccountEvent, queueWebhookEvents } from './queue-webhook-events.ts';
import type { Webhook, WebhookEvent } from './webhook.ts';

/** Which event each kind of notice becomes. */
const EVENT_OF: Readonly<Record<RelayNoticeKind, WebhookEvent>> = {
  'allocation-started': 'allocation.started',
  'allocation-ended': 'allocation.ended',
  'limit-reached': 'limit.reached',
};

/**
 * Queues what a relay tells for the webhooks that want it. Of more than `WEBHOOK_EVENTS_PER_BATCH_MAX` at once some are dropped, so
 * that writing them never holds up credentials and usage: the oldest of the accounts that have most. They count as lost for
 * the webhooks of their account that want such events. What the relay dropped itself counts for every account's, since
 * nobody knows whose it was.
 */
export async function recordNotices(
  ports: ControlPorts,
  notices: readonly RelayNotice[],
  dropped: number,
): Promise<void> {
  const { kept, lost } = keepFairly(notices, WEBHOOK_EVENTS_PER_BATCH_MAX, ({ accountId }) => accountId);
  await ports.store.transact(async (session) => {
    await queueWebhookEvents(ports, session, kept.map(toEvent));
    if (dropped > 0 || lost.size > 0) {
      const webhooks = await session.webhooks.listEnabled();
      for (const webhook of webhooks.filter((each) => listNoticeKinds([each]).length > 0)) {
        await session.webhooks.addDropped(webhook.id, dropped + (lost.get(webhook.accountId) ?? 0));
      }
    }
  });
}

/** The kinds of notices that a relay is to tell for the sake of these webhooks. */
export function listNoticeKinds(webhooks: readonly Pick<Webhook, 'events'>[]): readonly RelayNoticeKind[] {
  const kinds = Object.entries(EVENT_OF) as [RelayNoticeKind, WebhookEvent][];
  return kinds.filter(([, event]) => webhooks.some(({ events }) => events.includes(event))).map(([kind]) => kind);
}

function toEvent(notice: RelayNotice): AccountEvent {
  const { kind, accountId, at } = notice;
  return { type: EVENT_OF[kind], accountId, at, data: { ...describeSubject(notice), ...describeNotice(notice) } };
}

function describeSubject({ keyUid, customIdentifier, username, transport }: NoticeSubject) {
  return { keyId: keyUid, customIdentifier: customIdentifier === '' ? null : customIdentifier, username, transport };
}

function describeNotice(notice: RelayNotice): Readonly<Record<string, unknown>> {
  switch (notice.kind) {
    case 'allocation-started':
      return {};
    case 'allocation-ended': {
      const { reason, durationMs, totals } = notice;
      return { reason, durationMs, ...totals };
    }
    case 'limit-reached':
      return { limit: notice.limit };
    default:
      return unreachable(notice);
  }
}
