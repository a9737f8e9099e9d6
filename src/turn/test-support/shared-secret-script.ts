import { createHmac } from 'node:crypto';
import { nodeHashes } from '../../app/node-hashes.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import type { Change } from '../../contract/change.ts';
import { deriveInstallationKeys } from '../../contract/credential.ts';
import type { KeyUid, SharedSecretId, Username } from '../../contract/ids.ts';
import { sealSharedSecret } from '../../contract/shared-secret.ts';
import type { ScriptCredential } from './script-credential.ts';
import { MASTER_SECRET } from './script-options.ts';
import { KEY } from './turn-script.ts';

export const SECRET = 'north of the river';
export const OTHER_SECRET = 'south of the river';

export function secretIdOf(n: number): SharedSecretId {
  return n.toString(16).padStart(32, '0') as SharedSecretId;
}

/** A key's `n`th secret, as the change log tells of it. */
export function sharedSecret(n: number, secret: string, keyUid: KeyUid = KEY, master = MASTER_SECRET): Change {
  const secretId = secretIdOf(n);
  const keys = deriveInstallationKeys(nodeHashes, master);
  const sealed = sealSharedSecret(nodeHashes, keys, { keyUid, secretId }, encodeUtf8(secret));
  return { kind: 'shared-secret-added', keyUid, secretId, sealed };
}

/** The credential of a username under a secret, computed with node:crypto alone. */
export function restCredential(secret: string, username: string, keyUid: KeyUid = KEY): ScriptCredential {
  const password = createHmac('sha1', secret).update(username).digest('base64');
  return { username: username as Username, password, keyUid };
}
