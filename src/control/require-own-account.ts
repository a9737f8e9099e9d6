import { ControlError } from './errors.ts';
import type { Principal } from './ports.ts';

/**
 * Refuses a token of one account in any other, whether that exists or not.
 * @throws {ControlError} `permission-denied`.
 */
export function requireOwnAccount(principal: Principal, accountId: string): void {
  if (principal.kind === 'account' && principal.accountId !== accountId) {
    throw new ControlError(
      'permission-denied',
      'Authentication error: the token belongs to another account than the one in the path.',
    );
  }
}
