import type { ConnectionTest } from './connection-test.ts';
import { type PageRequest, parsePageRequest } from './page-request.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';

export interface ConnectionTestPage {
  /** Newest first. */
  readonly tests: readonly ConnectionTest[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of an account's connection tests, expired ones among them.
 * @throws {ControlError} `account-not-found`, `invalid-page`.
 */
export async function listConnectionTests(
  ports: ControlPorts,
  accountId: string,
  input: PageRequest,
): Promise<ConnectionTestPage> {
  const { offset, limit } = parsePageRequest(input);
  return ports.store.view(async (session) => {
    const account = await requireAccount(session, accountId);
    return {
      tests: await session.connectionTests.list(account.id, offset, limit),
      totalCount: await session.connectionTests.count(account.id),
    };
  });
}
