import { decodeUsername } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import type { Actor } from './actor.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { recordRevocation } from './record-revocation.ts';

/**
 * Revokes one credential of an authenticated key: it fails from now on, and its live allocations end. Durable when it
 * resolves; revoking twice, or what has expired, is no error and changes nothing.
 * @throws {ControlError} `username-not-found` when this key did not issue the username.
 */
export async function revokeCredential(ports: ControlPorts, by: Actor, key: TurnKey, username: string): Promise<void> {
  const issued = username as Username;
  const claims = decodeUsername(ports.hashes, ports.installationKeys, issued);
  if (claims === undefined || claims.keyUid !== key.uid) {
    throw new ControlError('username-not-found', 'This TURN key did not issue that username.');
  }
  if (claims.expiresAt <= ports.clock.unixNow()) {
    return;
  }
  await recordRevocation(ports, by, key, {
    kind: 'username-revoked',
    keyUid: key.uid,
    username: issued,
    expiresAt: claims.expiresAt,
  });
}
