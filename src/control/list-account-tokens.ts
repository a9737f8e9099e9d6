import { type PageRequest, parsePageRequest } from './page-request.ts';
import type { AccountToken, ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';

export interface AccountTokenPage {
  /** Newest first, expired ones included. */
  readonly tokens: readonly AccountToken[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of an account's tokens.
 * @throws {ControlError} `account-not-found`, `invalid-page`.
 */
export async function listAccountTokens(
  ports: ControlPorts,
  accountId: string,
  input: PageRequest,
): Promise<AccountTokenPage> {
  const { offset, limit } = parsePageRequest(input);
  return ports.store.view(async (session) => {
    const account = await requireAccount(session, accountId);
    return {
      tokens: await session.accountTokens.list(account.id, offset, limit),
      totalCount: await session.accountTokens.count(account.id),
    };
  });
}
