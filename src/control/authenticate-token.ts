import type { UnixMs } from '../base/clock.ts';
import { hashToken } from './api-token.ts';
import type { ControlPorts, StoredKey, TurnKey } from './ports.ts';

/**
 * The key whose API token this is, for requests that do not name a key; undefined when it is nobody's. Only a success may be
 * answered from memory.
 */
export async function authenticateToken(ports: ControlPorts, token: string): Promise<TurnKey | undefined> {
  const tokenHash = hashToken(ports.hashes, token);
  const { verifiedKeys } = ports;
  const remembered = verifiedKeys.findByToken(tokenHash, ports.clock.now());
  if (remembered !== undefined && proves(remembered, tokenHash, ports.clock.unixNow())) {
    return remembered.key;
  }
  const { generation } = verifiedKeys;
  const stored = await ports.store.keys.findByToken(tokenHash);
  if (stored === undefined || !proves(stored, tokenHash, ports.clock.unixNow())) {
    return undefined;
  }
  verifiedKeys.put(stored, generation, ports.clock.now());
  return stored.key;
}

/** The hash was looked up, so that comparing it tells nothing that finding it did not. */
function proves({ tokenHash, previous }: StoredKey, given: string, now: UnixMs): boolean {
  return tokenHash === given || (previous?.tokenHash === given && now < previous.validUntil);
}
