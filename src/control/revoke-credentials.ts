import type { UnixMs } from '../base/clock.ts';
import type { Actor } from './actor.ts';
import { parseCustomIdentifier } from './custom-identifier.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { recordRevocation } from './record-revocation.ts';

/**
 * Revokes many credentials of an authenticated key at once: those of one custom identifier, those issued before a
 * moment, or those that are both. Without a moment, or with one in the future, it is every credential issued so far,
 * to the millisecond: one that is issued later is good. Durable when it resolves.
 * @throws {ControlError} `nothing-to-revoke`, `invalid-custom-identifier`, `invalid-issued-before`,
 * `revocation-limit-reached`.
 */
export async function revokeCredentials(
  ports: ControlPorts,
  by: Actor,
  key: TurnKey,
  input: { readonly customIdentifier?: unknown; readonly issuedBefore?: UnixMs | undefined },
): Promise<void> {
  const customIdentifier = parseCustomIdentifier(input.customIdentifier);
  if (customIdentifier === undefined && input.issuedBefore === undefined) {
    throw new ControlError('nothing-to-revoke', 'Name a customIdentifier, an issuedBefore, or both.');
  }
  if (customIdentifier === '') {
    throw new ControlError('invalid-custom-identifier', 'customIdentifier must not be empty.', '/customIdentifier');
  }
  const now = ports.clock.unixNow();
  const issuedBefore = clampMoment(input.issuedBefore, now);
  // Whatever was issued before then has expired after the longest lifetime, and the second that expiry is rounded up by.
  const expiresAt = (issuedBefore + (ports.settings.longestTtlSeconds + 1) * 1000) as UnixMs;
  if (expiresAt <= now) {
    return;
  }
  await recordRevocation(ports, by, key, {
    kind: 'credentials-revoked',
    keyUid: key.uid,
    customIdentifier: customIdentifier ?? null,
    issuedBefore,
    expiresAt,
  });
}

/** One millisecond is added to now, so that what was issued in this very millisecond is among what was issued so far. */
function clampMoment(issuedBefore: UnixMs | undefined, now: UnixMs): UnixMs {
  const soFar = (now + 1) as UnixMs;
  if (issuedBefore === undefined) {
    return soFar;
  }
  if (!Number.isSafeInteger(issuedBefore) || issuedBefore < 0) {
    throw new ControlError(
      'invalid-issued-before',
      'issuedBefore must be an RFC 3339 time since 1970.',
      '/issuedBefore',
    );
  }
  return issuedBefore > soFar ? soFar : issuedBefore;
}
