import type { UnixMs } from '../base/clock.ts';
import { REVOKED_IDENTIFIERS_PER_KEY_MAX } from '../base/limits.ts';
import type { Actor } from './actor.ts';
import type { AuditedAction } from './audit-entry.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, Revocation, StoreSession, TurnKey } from './ports.ts';
import { queueRevocationEvent } from './queue-revocation-event.ts';
import { recordAudit } from './record-audit.ts';
import { formatRfc3339 } from './rfc3339.ts';

/**
 * Records a revocation that is not covered by an earlier one, with its change, and tells every node.
 * @throws {ControlError} `revocation-limit-reached`.
 */
export async function recordRevocation(
  ports: ControlPorts,
  by: Actor,
  key: TurnKey,
  revocation: Revocation,
): Promise<void> {
  const seq = await ports.store.transact((session) => appendRevocation(ports, session, by, key, revocation));
  if (seq !== undefined) {
    ports.bus.publish({ seq });
  }
}

/**
 * The same as part of a transaction, behind which the caller tells every node.
 * @returns the number of the change; undefined when an earlier revocation covers this one.
 */
export async function appendRevocation(
  ports: ControlPorts,
  session: StoreSession,
  by: Actor,
  key: TurnKey,
  revocation: Revocation,
): Promise<number | undefined> {
  const now = ports.clock.unixNow();
  if (!(await session.revocations.put(revocation, now))) {
    return undefined;
  }
  await requireRoom(session, revocation, now);
  await recordAudit(session, by, describeRevocation(key, revocation), now);
  await queueRevocationEvent(ports, session, revocation, now);
  return session.changeLog.append(revocation, now);
}

/** Counted after it was put, so that one who was revoked before needs no room. */
async function requireRoom({ revocations }: StoreSession, revocation: Revocation, now: UnixMs): Promise<void> {
  if (revocation.kind !== 'credentials-revoked' || revocation.customIdentifier === null) {
    return;
  }
  if ((await revocations.countIdentifiers(revocation.keyUid, now)) > REVOKED_IDENTIFIERS_PER_KEY_MAX) {
    throw new ControlError(
      'revocation-limit-reached',
      `The credentials of ${REVOKED_IDENTIFIERS_PER_KEY_MAX} custom identifiers of this TURN key are revoked and have not expired, as ` +
        'many as may be; nothing was revoked. Revoke this one’s credentials by username, or all that were issued before a moment.',
      '/customIdentifier',
    );
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
      const details = { ...whose, issued_before: formatRfc3339(issuedBefore) };
      return { action: 'credentials_revoke', accountId, resourceId: uid, details };
    }
  }
}
