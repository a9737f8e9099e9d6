import type { Account, ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';

/**
 * One account.
 * @throws {ControlError} `account-not-found`.
 */
export function readAccount(ports: ControlPorts, accountId: string): Promise<Account> {
  return requireAccount(ports.store, accountId);
}
