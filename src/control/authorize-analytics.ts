import { parseAccountId } from './parse-ids.ts';
import { includesPermission } from './permission.ts';
import type { Account, ControlPorts, Principal } from './ports.ts';
import { personHas } from './require-permission.ts';

/** The account, if `principal` may read its analytics. One that is not there and one that is not theirs look alike. */
export async function authorizeAnalytics(
  ports: ControlPorts,
  principal: Principal,
  accountId: string,
): Promise<Account | undefined> {
  const id = parseAccountId(accountId);
  if (id === undefined || !mayRead(principal, id)) {
    return undefined;
  }
  return ports.store.accounts.find(id);
}

function mayRead(principal: Principal, accountId: string): boolean {
  switch (principal.kind) {
    case 'installation':
      return true;
    case 'person':
      return personHas(principal, accountId, 'Account Analytics Read');
    case 'account':
      return principal.accountId === accountId && includesPermission(principal.permissions, 'Account Analytics Read');
  }
}
