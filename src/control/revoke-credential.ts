import type { UnixMs } from '../base/clock.ts';
import { decodeUsername } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import { isRestUsername, parseRestUsername } from '../contract/rest-username.ts';
import type { Actor } from './actor.ts';
import { ControlError } from './errors.ts';
import type { ControlPorts, TurnKey } from './ports.ts';
import { recordRevocation } from './record-revocation.ts';

/**
 * Revokes one credential of an authenticated key: it fails from now on, and its live allocations end. Durable when it
 * resolves; revoking twice, or what has expired, is no error and changes nothing.
 * @throws {ControlError} `username-not-found` when this key did not issue the username, and could not have by a shared secret.
 */
export async function revokeCredential(ports: ControlPorts, by: Actor, key: TurnKey, username: string): Promise<void> {
  const revoked = username as Username;
  const expiresAt = isRestUsername(revoked)
    ? await findRestExpiry(ports, key, revoked)
    : findIssuedExpiry(ports, key, revoked);
  if (expiresAt === undefined) {
    throw new ControlError('username-not-found', 'This TURN key did not issue that username.');
  }
  if (expiresAt > ports.clock.unixNow()) {
    const revocation = { kind: 'username-revoked', keyUid: key.uid, username: revoked, expiresAt } as const;
    await recordRevocation(ports, by, key, revocation);
  }
}

function findIssuedExpiry(ports: ControlPorts, key: TurnKey, username: Username): UnixMs | undefined {
  const claims = decodeUsername(ports.hashes, ports.installationKeys, username);
  return claims?.keyUid === key.uid ? claims.expiresAt : undefined;
}

/**
 * Who makes usernames with a shared secret need not tell which: any may be one, unless there is no secret. One with a longer
 * lifetime than any has is refused today and good later, so that it can be revoked as well.
 */
async function findRestExpiry(ports: ControlPorts, key: TurnKey, username: Username): Promise<UnixMs | undefined> {
  const expiresAt = parseRestUsername(ports.hashes, username)?.expiresAt;
  const secrets = await ports.store.sharedSecrets.list(key.uid);
  return secrets.length > 0 ? expiresAt : undefined;
}
