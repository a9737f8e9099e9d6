import type { ConnectionTest } from './connection-test.ts';
import { ControlError } from './errors.ts';
import type { StoreSession } from './ports.ts';
import { requireAccount } from './require-account.ts';

/**
 * The connection test of this id in this account.
 * @throws {ControlError} `account-not-found`, `connection-test-not-found`.
 */
export async function requireConnectionTest(
  session: StoreSession,
  accountId: string,
  id: string,
): Promise<ConnectionTest> {
  const account = await requireAccount(session, accountId);
  const test = await session.connectionTests.find(id);
  if (test === undefined || test.accountId !== account.id) {
    throw new ControlError('connection-test-not-found', 'The account has no such connection test.');
  }
  return test;
}
