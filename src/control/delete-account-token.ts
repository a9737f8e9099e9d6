import type { Actor } from './actor.ts';
import type { AccountToken, ControlPorts } from './ports.ts';
import { recordAudit } from './record-audit.ts';
import { requireAccountToken } from './require-account-token.ts';

/**
 * Ends a token: the next request that bears it is refused. Durable when it resolves.
 * @returns the token that was.
 * @throws {ControlError} `account-not-found`, `token-not-found`.
 */
export function deleteAccountToken(
  ports: ControlPorts,
  by: Actor,
  accountId: string,
  tokenId: string,
): Promise<AccountToken> {
  return ports.store.transact(async (session) => {
    const token = await requireAccountToken(session, accountId, tokenId);
    await session.accountTokens.remove(token.id);
    const done = { action: 'token_delete', accountId: token.accountId, resourceId: token.id } as const;
    await recordAudit(session, by, { ...done, details: { name: token.name } }, ports.clock.unixNow());
    return token;
  });
}
