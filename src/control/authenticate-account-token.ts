import { ADMIN_TOKEN_ID } from './admin-token.ts';
import { hashToken, sameTokenHash } from './api-token.ts';
import type { ControlPorts, Principal } from './ports.ts';

/**
 * Who bears this token of the management API, or undefined. The token is found by its hash, and a hash tells nothing
 * of how close a guess came, so the look-up itself needs no constant time.
 */
export async function authenticateAccountToken(ports: ControlPorts, token: string): Promise<Principal | undefined> {
  const tokenHash = hashToken(ports.hashes, token);
  const stored = await ports.store.tokens.findByHash(tokenHash);
  if (stored === undefined || !sameTokenHash(stored.tokenHash, tokenHash) || stored.id !== ADMIN_TOKEN_ID) {
    return undefined;
  }
  return { kind: 'installation', tokenId: stored.id };
}
