import { hashToken } from './api-token.ts';
import type { ControlPorts, TurnKey } from './ports.ts';

/** The key whose API token this is, for requests that do not name a key; undefined when it is nobody's. */
export async function authenticateToken(ports: ControlPorts, token: string): Promise<TurnKey | undefined> {
  const tokenHash = hashToken(ports.hashes, token);
  const stored = await ports.store.keys.findByToken(tokenHash);
  const isCurrent = stored?.tokenHash === tokenHash;
  const isPrevious = ports.clock.unixNow() < (stored?.previous?.validUntil ?? 0);
  return isCurrent || isPrevious ? stored?.key : undefined;
}
