import { ControlError } from '../errors.ts';
import type { Principal } from '../ports.ts';

/**
 * Refuses tokens where only a person means something.
 * @throws {ControlError} `permission-denied`.
 */
export function requireSignedIn(principal: Principal): void {
  if (principal.kind !== 'person') {
    throw new ControlError(
      'permission-denied',
      'Authentication error: this is for a person who is signed in, and a token is none.',
    );
  }
}
