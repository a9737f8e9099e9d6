import type { UnixMs } from '../base/clock.ts';
import type { ControlPorts, Revocation, StoreSession } from './ports.ts';
import { queueWebhookEvents } from './queue-webhook-events.ts';
import { formatRfc3339 } from './rfc3339.ts';

/** Queues word of a revocation for the webhooks of its key's account that want it; part of the revocation's transaction. */
export async function queueRevocationEvent(
  ports: ControlPorts,
  session: StoreSession,
  revocation: Revocation,
  at: UnixMs,
): Promise<void> {
  const stored = await session.keys.find(revocation.keyUid);
  if (stored !== undefined) {
    const { accountId } = stored.key;
    const data = { keyId: revocation.keyUid, ...describeRevoked(revocation) };
    await queueWebhookEvents(ports, session, [{ type: 'credential.revoked', accountId, at, data }]);
  }
}

function describeRevoked(revocation: Revocation) {
  return revocation.kind === 'username-revoked'
    ? { username: revocation.username, customIdentifier: null, issuedBefore: null }
    : {
        username: null,
        customIdentifier: revocation.customIdentifier,
        issuedBefore: formatRfc3339(revocation.issuedBefore),
      };
}
