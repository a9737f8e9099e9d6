import { ADMIN_TOKEN_ID } from './admin-token.ts';
import { hashToken } from './api-token.ts';
import type { ControlPorts, Principal } from './ports.ts';

/**
 * Who bears this token of the management API, or undefined: also when the token has expired or was deleted, from that
 * moment on, since nothing is answered from memory. The token is found by its hash, and a hash tells nothing of how
 * close a guess came, so the look-up itself needs no constant time.
 */
export async function authenticateAccountToken(ports: ControlPorts, token: string): Promise<Principal | undefined> {
  const tokenHash = hashToken(ports.hashes, token);
  const found = await ports.store.accountTokens.findByHash(tokenHash);
  if (found !== undefined) {
    const { id: tokenId, accountId, name, permissions, expiresAt } = found;
    const isExpired = expiresAt !== undefined && expiresAt <= ports.clock.unixNow();
    return isExpired ? undefined : { kind: 'account', tokenId, accountId, name, permissions, expiresAt };
  }
  const admin = await ports.store.tokens.findByHash(tokenHash);
  return admin?.id === ADMIN_TOKEN_ID ? { kind: 'installation', tokenId: admin.id } : undefined;
}
