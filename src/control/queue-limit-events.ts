import type { UnixMs } from '../base/clock.ts';
import type { EgressReached } from './egress-month.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { queueWebhookEvents } from './queue-webhook-events.ts';
import { formatMonth } from './rfc3339.ts';

/** Queues word of each monthly limit that was reached; part of the transaction that has found it, so that each is told of once. */
export function queueLimitEvents(
  tools: Pick<ControlPorts, 'clock' | 'random'>,
  session: StoreSession,
  reached: readonly EgressReached[],
  now: UnixMs,
): Promise<void> {
  const month = formatMonth(now);
  return queueWebhookEvents(
    tools,
    session,
    reached.map(({ accountId, keyUid, limit, egressBytes }) => ({
      type: 'usage.limit_reached',
      accountId,
      at: now,
      data: { keyId: keyUid ?? null, month, limit, egressBytes },
    })),
  );
}
