import type { AccountToken, ControlPorts } from './ports.ts';
import { requireAccountToken } from './require-account-token.ts';

/**
 * Ends a token: the next request that bears it is refused. Durable when it resolves.
 * @returns the token that was.
 * @throws {ControlError} `account-not-found`, `token-not-found`.
 */
export function deleteAccountToken(ports: ControlPorts, accountId: string, tokenId: string): Promise<AccountToken> {
  return ports.store.transact(async (session) => {
    const token = await requireAccountToken(session, accountId, tokenId);
    await session.accountTokens.remove(token.id);
    return token;
  });
}
