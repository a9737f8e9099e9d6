import { ControlError } from './errors.ts';
import type { PersonPrincipal } from './people/person-principal.ts';
import { ROLE_PERMISSIONS, roleIn } from './people/role.ts';
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
  if (principal.kind === 'person' && !personHas(principal, accountId, permission)) {
    throw new ControlError(
      'permission-denied',
      `Authentication error: your role lacks the permission "${permission}". Ask an owner of this account.`,
    );
  }
  if (principal.kind === 'account' && !includesPermission(principal.permissions, permission)) {
    throw new ControlError(
      'permission-denied',
      `Authentication error: the token lacks the permission "${permission}". Use a token of this account that has it.`,
    );
  }
}

/** Whether a person's role in this account has the permission. */
export function personHas({ roles }: PersonPrincipal, accountId: string, permission: Permission): boolean {
  const role = roleIn(roles, accountId);
  return role !== undefined && includesPermission(ROLE_PERMISSIONS[role], permission);
}
