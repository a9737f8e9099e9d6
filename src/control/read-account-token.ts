import type { AccountToken, ControlPorts } from './ports.ts';
import { requireAccountToken } from './require-account-token.ts';

/**
 * One token of an account.
 * @throws {ControlError} `account-not-found`, `token-not-found`.
 */
export function readAccountToken(ports: ControlPorts, accountId: string, tokenId: string): Promise<AccountToken> {
  return requireAccountToken(ports.store, accountId, tokenId);
}
