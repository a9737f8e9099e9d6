import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import { listReachedThresholds } from './list-reached-thresholds.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { makeQueuedEvent, queueForWebhook } from './queue-webhook-events.ts';
import { formatMonth } from './rfc3339.ts';

/** By how much an account's egress of a calendar month has grown. */
export interface MonthlyGrowth {
  readonly accountId: AccountId;
  /** The month's first moment (UTC). */
  readonly month: UnixMs;
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

/**
 * Queues word of each threshold that an account's egress of the month has reached, for the webhooks that have it; part of the
 * transaction that counts the egress, so that each is told of once.
 */
export async function queueThresholdEvents(
  tools: Pick<ControlPorts, 'clock' | 'random'>,
  session: StoreSession,
  growths: readonly MonthlyGrowth[],
): Promise<void> {
  const webhooks = await session.webhooks.listEnabled();
  for (const { accountId, month, beforeBytes, afterBytes } of growths) {
    const concerned = webhooks.filter(
      (webhook) => webhook.accountId === accountId && webhook.events.includes('usage.threshold_reached'),
    );
    for (const webhook of concerned) {
      const events = listReachedThresholds(webhook.thresholds, beforeBytes, afterBytes).map((thresholdBytes) =>
        makeQueuedEvent(tools, webhook, 'usage.threshold_reached', tools.clock.unixNow(), {
          month: formatMonth(month),
          thresholdBytes,
          egressBytes: afterBytes,
        }),
      );
      await queueForWebhook(session, webhook, events);
    }
  }
}
