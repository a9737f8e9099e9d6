import type { UnixMs } from '../base/clock.ts';
import { ControlError } from './errors.ts';

/**
 * A token's expiry, which must lie ahead; undefined is none.
 * @throws {ControlError} `invalid-expiry`.
 */
export function requireFutureExpiry(expiresAt: UnixMs | undefined, now: UnixMs): UnixMs | undefined {
  if (expiresAt !== undefined && expiresAt <= now) {
    throw new ControlError('invalid-expiry', 'expires_on must be a time in the future.', '/expires_on');
  }
  return expiresAt;
}
