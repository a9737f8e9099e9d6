import { ControlError } from './errors.ts';
import { includesPermission, type Permission } from './permission.ts';
import type { Principal } from './ports.ts';
import { requireOwnAccount } from './require-own-account.ts';

/**
 * Refuses who may not do this in this account. It reads nothing, so that an account token learns nothing of other
 * accounts, not even whether they exist.
 * @throws {ControlError} `permission-denied`.
 */
export function requirePermission(principal: Principal, accountId: string, permission: Permission): void {
  requireOwnAccount(principal, accountId);
  if (principal.kind === 'account' && !includesPermission(principal.permissions, permission)) {
    throw new ControlError(
      'permission-denied',
      `Authentication error: the token lacks the permission "${permission}". Use a token of this account that has it.`,
    );
  }
}
