import type { UnixMs } from '../base/clock.ts';
import type { EgressReached } from './egress-month.ts';
import { monthStart } from './month-start.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { queueWebhookEvents } from './queue-webhook-events.ts';

/** Queues word of each monthly limit that was reached; part of the transaction that has found it, so that each is told of once. */
export function queueLimitEvents(
  tools: Pick<ControlPorts, 'clock' | 'random'>,
  session: StoreSession,
  reached: readonly EgressReached[],
  now: UnixMs,
): Promise<void> {
  const month = new Date(monthStart(now)).toISOString().slice(0, 7);
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
