import { ITEMS_PER_PAGE_MAX } from '../../base/limits.ts';
import type { Account, ControlPorts } from '../ports.ts';
import { EVERY_ACCOUNT, type PersonRole, type Role, roleIn } from './role.ts';

export interface OwnAccount {
  readonly account: Account;
  readonly role: Role;
}

/**
 * The accounts that a person has a role in, each with the highest one: the oldest first, with which an installation begins; of
 * very many, the newest ones.
 */
export async function listOwnAccounts(
  { store }: Pick<ControlPorts, 'store'>,
  roles: readonly PersonRole[],
): Promise<readonly OwnAccount[]> {
  const accounts = roles.some(({ accountId }) => accountId === EVERY_ACCOUNT)
    ? await store.accounts.list(0, ITEMS_PER_PAGE_MAX)
    : await listNamed({ store }, roles);
  const oldestFirst = accounts.toSorted((a, b) => a.createdAt - b.createdAt);
  return oldestFirst.flatMap((account) => {
    const role = roleIn(roles, account.id);
    return role === undefined ? [] : [{ account, role }];
  });
}

async function listNamed({ store }: Pick<ControlPorts, 'store'>, roles: readonly PersonRole[]): Promise<Account[]> {
  const accounts: Account[] = [];
  for (const { accountId } of roles) {
    const account = accountId === EVERY_ACCOUNT ? undefined : await store.accounts.find(accountId);
    if (account !== undefined) {
      accounts.push(account);
    }
  }
  return accounts;
}
