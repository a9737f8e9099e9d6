import { ControlError } from './errors.ts';
import type { AccountToken, StoreSession } from './ports.ts';
import { requireAccount } from './require-account.ts';

/**
 * The token of this id in this account.
 * @throws {ControlError} `account-not-found`, `token-not-found`.
 */
export async function requireAccountToken(
  session: StoreSession,
  accountId: string,
  tokenId: string,
): Promise<AccountToken> {
  const account = await requireAccount(session, accountId);
  const token = await session.accountTokens.find(tokenId);
  if (token === undefined || token.accountId !== account.id) {
    throw new ControlError('token-not-found', 'The account has no such API token.');
  }
  return token;
}
