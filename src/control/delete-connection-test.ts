import type { UnixMs } from '../base/clock.ts';
import { CONNECTION_TEST_CREDENTIAL_SECONDS } from '../base/limits.ts';
import type { Actor } from './actor.ts';
import type { ConnectionTest } from './connection-test.ts';
import { connectionTestIdentifier } from './connection-test-identifier.ts';
import type { ControlPorts, StoreSession } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { appendRevocation } from './record-revocation.ts';
import { requireConnectionTest } from './require-connection-test.ts';

/**
 * Ends a connection test: its link opens nothing, its results are forgotten, and credentials that it gave and that have not
 * expired are revoked.
 * @returns the test that was.
 * @throws {ControlError} `account-not-found`, `connection-test-not-found`, `revocation-limit-reached`.
 */
export async function deleteConnectionTest(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  id: string,
): Promise<ConnectionTest> {
  const { test, seq } = await ports.store.transact(async (session) => {
    const removed = await requireConnectionTest(session, accountId, id);
    await session.connectionTests.remove(id);
    const details = { turn_key: removed.keyUid };
    const deed = { action: 'connection_test_delete', accountId: removed.accountId, resourceId: id, details } as const;
    await recordAudit(session, by, deed, ports.clock.unixNow());
    return { test: removed, seq: await revokeGiven(ports, session, by, removed) };
  });
  if (seq !== undefined) {
    ports.bus.publish({ seq });
  }
  return test;
}

/** @returns the number of the change, where there is something to revoke. */
async function revokeGiven(
  ports: ControlPorts,
  session: StoreSession,
  by: Actor,
  { id, keyUid, lastOpenedAt }: ConnectionTest,
): Promise<number | undefined> {
  const now = ports.clock.unixNow();
  // The second is what an expiry is rounded up by.
  const expiresAt = ((lastOpenedAt ?? 0) + (CONNECTION_TEST_CREDENTIAL_SECONDS + 1) * 1000) as UnixMs;
  const stored = await session.keys.find(keyUid);
  if (stored === undefined || expiresAt <= now) {
    return undefined;
  }
  return appendRevocation(ports, session, by, stored.key, {
    kind: 'credentials-revoked',
    keyUid,
    customIdentifier: connectionTestIdentifier(id),
    issuedBefore: (now + 1) as UnixMs,
    expiresAt,
  });
}
