import type { Actor } from './actor.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, SharedSecret } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireKey } from './require-key.ts';

/**
 * Ends a shared secret: all credentials that were made with it, and their live allocations. Durable when it resolves.
 * @returns the secret that was, without what was secret of it.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `secret-not-found`.
 */
export async function deleteSharedSecret(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  keyUid: string,
  secretId: string,
): Promise<SharedSecret> {
  const { secret, seq } = await ports.store.transact(async (session) => {
    const { uid, accountId: owner } = await requireKey(session, accountId, keyUid);
    const found = (await session.sharedSecrets.list(uid)).find(({ secret: { id } }) => id === secretId);
    if (found === undefined) {
      throw new ControlError('secret-not-found', 'The TURN key has no such shared secret.');
    }
    const { id, name } = found.secret;
    const now = ports.clock.unixNow();
    await session.sharedSecrets.remove(id);
    const done = { action: 'shared_secret_delete', accountId: owner, resourceId: id } as const;
    await recordAudit(session, by, { ...done, details: { name, turn_key: uid } }, now);
    const change = { kind: 'shared-secret-removed', keyUid: uid, secretId: id } as const;
    return { secret: found.secret, seq: await session.changeLog.append(change, now) };
  });
  ports.bus.publish({ seq });
  return secret;
}
