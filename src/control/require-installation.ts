import { ControlError } from './errors.ts';
import type { Principal } from './ports.ts';

/**
 * Refuses everyone but the bearer of the installation's admin token. Making tokens is among what needs it: a token that
 * could make others could give them more than it has.
 * @throws {ControlError} `permission-denied`.
 */
export function requireInstallation(principal: Principal): void {
  if (principal.kind !== 'installation') {
    throw new ControlError(
      'permission-denied',
      "Authentication error: only the installation's admin token may do this.",
    );
  }
}
