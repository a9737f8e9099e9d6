import { ControlError } from './errors.ts';
import type { ControlPorts, SharedSecret } from './ports.ts';
import { requireKey } from './require-key.ts';

/**
 * Ends a shared secret: all credentials that were made with it, and their live allocations. Durable when it resolves.
 * @returns the secret that was, without what was secret of it.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `secret-not-found`.
 */
export async function deleteSharedSecret(
  ports: ControlPorts,
  accountId: string,
  keyUid: string,
  secretId: string,
): Promise<SharedSecret> {
  const { secret, seq } = await ports.store.transact(async (session) => {
    const { uid } = await requireKey(session, accountId, keyUid);
    const found = (await session.sharedSecrets.list(uid)).find(({ secret: { id } }) => id === secretId);
    if (found === undefined) {
      throw new ControlError('secret-not-found', 'The TURN key has no such shared secret.');
    }
    const { id } = found.secret;
    await session.sharedSecrets.remove(id);
    const change = { kind: 'shared-secret-removed', keyUid: uid, secretId: id } as const;
    return { secret: found.secret, seq: await session.changeLog.append(change, ports.clock.unixNow()) };
  });
  ports.bus.publish({ seq });
  return secret;
}
