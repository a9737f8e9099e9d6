import { ControlError } from './errors.ts';
import { roleIn } from './people/role.ts';
import type { Principal } from './ports.ts';

/**
 * Refuses everyone but an account's owners and the bearer of the installation's admin token. Making tokens is among what
 * needs it: a token that could make others could give them more than it has.
 * @throws {ControlError} `permission-denied`.
 */
export function requireOwner(principal: Principal, accountId: string): void {
  const isOwner = principal.kind === 'person' && roleIn(principal.roles, accountId) === 'owner';
  if (principal.kind !== 'installation' && !isOwner) {
    throw new ControlError(
      'permission-denied',
      "Authentication error: only the installation's admin token and an owner of the account may do this.",
    );
  }
}
