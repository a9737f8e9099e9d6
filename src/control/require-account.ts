import { ControlError } from './errors.ts';
import { parseAccountId } from './parse-ids.ts';
import type { Account, StoreSession } from './ports.ts';

/**
 * The account of an id from a URL.
 * @throws {ControlError} `account-not-found`.
 */
export async function requireAccount(session: StoreSession, accountId: string): Promise<Account> {
  const id = parseAccountId(accountId);
  const account = id === undefined ? undefined : await session.accounts.find(id);
  if (account === undefined) {
    throw new ControlError('account-not-found', 'There is no such account.');
  }
  return account;
}
