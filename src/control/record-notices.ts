import { unreachable } from '../base/assert.ts';
import { WEBHOOK_EVENTS_PER_BATCH_MAX } from '../base/limits.ts';
import type { NoticeSubject, RelayNotice, RelayNoticeKind } from '../contract/relay-notice.ts';
import type { ControlPorts } from './ports.ts';
import { type AccountEvent, countDroppedEvents, queueWebhookEvents } from './queue-webhook-events.ts';
import type { Webhook, WebhookEvent } from './webhook.ts';

/** Which event each kind of notice becomes. */
const EVENT_OF: Readonly<Record<RelayNoticeKind, WebhookEvent>> = {
  'allocation-started': 'allocation.started',
  'allocation-ended': 'allocation.ended',
  'limit-reached': 'limit.reached',
};

/**
 * Queues what a relay tells for the webhooks that want it. Of more than `WEBHOOK_EVENTS_PER_BATCH_MAX` at once the oldest are
 * dropped, so that writing them never holds up credentials and usage; they count, with those that the relay dropped itself, as
 * lost for every webhook that wants such events, since nobody knows whose they were.
 */
export async function recordNotices(
  ports: ControlPorts,
  notices: readonly RelayNotice[],
  dropped: number,
): Promise<void> {
  const kept = notices.slice(-WEBHOOK_EVENTS_PER_BATCH_MAX);
  const lost = dropped + notices.length - kept.length;
  await ports.store.transact(async (session) => {
    await queueWebhookEvents(ports, session, kept.map(toEvent));
    if (lost > 0) {
      const webhooks = await session.webhooks.listEnabled();
      for (const webhook of webhooks.filter((each) => listNoticeKinds([each]).length > 0)) {
        await countDroppedEvents(session, webhook, lost);
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
      return {
        reason,
        durationMs,
        ingressBytes: totals.totalIngressBytes,
        ingressPackets: totals.totalIngressPackets,
        egressBytes: totals.totalEgressBytes,
        egressPackets: totals.totalEgressPackets,
      };
    }
    case 'limit-reached':
      return { limit: notice.limit };
    default:
      return unreachable(notice);
  }
}
