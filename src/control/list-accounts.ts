import { type PageRequest, parsePageRequest } from './page-request.ts';
import { listOwnAccounts } from './people/list-own-accounts.ts';
import { roleIn } from './people/role.ts';
import type { Account, ControlPorts, Principal } from './ports.ts';

export interface AccountPage {
  /** Newest first. */
  readonly accounts: readonly Account[];
  /** On all pages together. */
  readonly totalCount: number;
}

/**
 * One page of the accounts that a caller sees: the installation's token all, an account's token its own, and a person those of their roles.
 * @throws {ControlError} `invalid-page`.
 */
export async function listAccounts(
  ports: ControlPorts,
  principal: Principal,
  input: PageRequest,
): Promise<AccountPage> {
  const { offset, limit } = parsePageRequest(input);
  if (principal.kind === 'account') {
    const own = await ports.store.accounts.find(principal.accountId);
    const accounts = own === undefined ? [] : [own];
    return { accounts: accounts.slice(offset, offset + limit), totalCount: accounts.length };
  }
  if (principal.kind === 'person' && roleIn(principal.roles, '') === undefined) {
    const accounts = (await listOwnAccounts(ports, principal.roles)).map(({ account }) => account);
    return { accounts: accounts.slice(offset, offset + limit), totalCount: accounts.length };
  }
  return ports.store.view(async (session) => ({
    accounts: await session.accounts.list(offset, limit),
    totalCount: await session.accounts.count(),
  }));
}
