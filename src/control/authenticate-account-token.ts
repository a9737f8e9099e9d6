import { ADMIN_TOKEN_ID } from './admin-token.ts';
import { hashToken } from './api-token.ts';
import type { ControlPorts, Principal } from './ports.ts';

/**
 * Who bears this token of the management API, or undefined. The token is found by its hash, and a hash tells nothing
 * of how close a guess came, so the look-up itself needs no constant time.
 */
export async function authenticateAccountToken(ports: ControlPorts, token: string): Promise<Principal | undefined> {
  const stored = await ports.store.tokens.findByHash(hashToken(ports.hashes, token));
  return stored?.id === ADMIN_TOKEN_ID ? { kind: 'installation', tokenId: stored.id } : undefined;
}
