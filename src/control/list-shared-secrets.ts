import type { ControlPorts, SharedSecret } from './ports.ts';
import { requireKey } from './require-key.ts';

/**
 * The shared secrets of a key, newest first, without what is secret of them. They are few, so there are no pages.
 * @throws {ControlError} `account-not-found`, `key-not-found`.
 */
export function listSharedSecrets(
  ports: ControlPorts,
  accountId: string,
  keyUid: string,
): Promise<readonly SharedSecret[]> {
  return ports.store.view(async (session) => {
    const { uid } = await requireKey(session, accountId, keyUid);
    return (await session.sharedSecrets.list(uid)).map(({ secret }) => secret);
  });
}
