import type { Actor } from './actor.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireKey } from './require-key.ts';

/**
 * Ends a key: its token, all credentials that it issued, its shared secrets and what was made with them, all their live
 * allocations, and its limits. Durable when it resolves.
 * @returns the key that was.
 * @throws {ControlError} `account-not-found`, `key-not-found`.
 */
export async function deleteKey(ports: ControlPorts, by: Actor, accountId: string, keyUid: string): Promise<TurnKey> {
  const { key, seq } = await ports.store.transact(async (session) => {
    const found = await requireKey(session, accountId, keyUid);
    const now = ports.clock.unixNow();
    await session.keys.markDeleted(found.uid, now);
    const done = { action: 'key_delete', accountId: found.accountId, resourceId: found.uid } as const;
    await recordAudit(session, by, { ...done, details: { name: found.name } }, now);
    await session.sharedSecrets.removeOfKey(found.uid);
    await session.limits.put(found.accountId, found.uid, {});
    const change = { kind: 'key-deleted', keyUid: found.uid } as const;
    return { key: found, seq: await session.changeLog.append(change, now) };
  });
  ports.verifiedKeys.drop(key.uid);
  ports.bus.publish({ seq });
  return key;
}
