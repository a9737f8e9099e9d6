import { ControlError } from './errors.ts';
import { roleIn } from './people/role.ts';
import type { Principal } from './ports.ts';

/**
 * Refuses a token of one account, and a person with a role in one, in any other, whether that exists or not.
 * @throws {ControlError} `permission-denied`.
 */
export function requireOwnAccount(principal: Principal, accountId: string): void {
  if (principal.kind === 'person' && roleIn(principal.roles, accountId) === undefined) {
    throw new ControlError('permission-denied', 'Authentication error: you have no role in the account in the path.');
  }
  if (principal.kind === 'account' && principal.accountId !== accountId) {
    throw new ControlError(
      'permission-denied',
      'Authentication error: the token belongs to another account than the one in the path.',
    );
  }
}
