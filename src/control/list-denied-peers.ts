import { type PageRequest, parsePageRequest } from './page-request.ts';
import type { ControlPorts, StoredDeniedPeer } from './ports.ts';
import { requireKey } from './require-key.ts';

export interface DeniedPeerPage {
  /** The peer denied last first. */
  readonly peers: readonly StoredDeniedPeer[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of the peers that were denied to a key's credentials.
 * @throws {ControlError} `account-not-found`, `key-not-found`, `invalid-page`.
 */
export async function listDeniedPeers(
  ports: ControlPorts,
  accountId: string,
  keyUid: string,
  input: PageRequest,
): Promise<DeniedPeerPage> {
  const { offset, limit } = parsePageRequest(input);
  return ports.store.view(async (session) => {
    const { uid } = await requireKey(session, accountId, keyUid);
    return {
      peers: await session.deniedPeers.list(uid, offset, limit),
      totalCount: await session.deniedPeers.count(uid),
    };
  });
}
