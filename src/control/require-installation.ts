import { ControlError } from './errors.ts';
import { isInstallationOwner } from './people/role.ts';
import type { Principal } from './ports.ts';

/**
 * Refuses everyone but the bearer of the installation's admin token, and people who own every account.
 * @throws {ControlError} `permission-denied`.
 */
export function requireInstallation(principal: Principal): void {
  const isOwner = principal.kind === 'person' && isInstallationOwner(principal.roles);
  if (principal.kind !== 'installation' && !isOwner) {
    throw new ControlError(
      'permission-denied',
      "Authentication error: only the installation's admin token and owners of every account may do this.",
    );
  }
}
