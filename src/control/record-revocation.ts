import type { Actor } from './actor.ts';
import type { AuditedAction } from './audit-entry.ts';
import type { ControlPorts, Revocation, TurnKey } from './ports.ts';
import { queueRevocationEvent } from './queue-revocation-event.ts';
import { recordAudit } from './record-audit.ts';

/** Records a revocation that is not covered by an earlier one, with its change, and tells every node. */
export async function recordRevocation(
  ports: ControlPorts,
  by: Actor,
  key: TurnKey,
  revocation: Revocation,
): Promise<void> {
  const now = ports.clock.unixNow();
  const seq = await ports.store.transact(async (session) => {
    if (!(await session.revocations.put(revocation, now))) {
      return;
    }
    await recordAudit(session, by, describeRevocation(key, revocation), now);
    await queueRevocationEvent(ports, session, revocation, now);
    return session.changeLog.append(revocation, now);
  });
  if (seq !== undefined) {
    ports.bus.publish({ seq });
  }
}

function describeRevocation({ accountId, uid }: TurnKey, revocation: Revocation): AuditedAction {
  switch (revocation.kind) {
    case 'username-revoked': {
      const { username } = revocation;
      return { action: 'credential_revoke', accountId, resourceId: username, details: { turn_key: uid } };
    }
    case 'credentials-revoked': {
      const { customIdentifier, issuedBefore } = revocation;
      const whose = customIdentifier === null ? {} : { custom_identifier: customIdentifier };
      const details = { ...whose, issued_before: new Date(issuedBefore).toISOString() };
      return { action: 'credentials_revoke', accountId, resourceId: uid, details };
    }
  }
}
