import { assert } from '../base/assert.ts';
import type { Hashes } from '../base/hash.ts';
import type { InstallationKeys } from '../contract/credential.ts';
import { openSharedSecret, sealSharedSecret } from '../contract/shared-secret.ts';
import type { StoreSession } from './ports.ts';

/**
 * Seals every shared secret under the current master secret, so that a former one can be taken away: the secrets that were
 * sealed under it would be lost otherwise.
 */
export async function resealSharedSecrets(
  session: StoreSession,
  hashes: Hashes,
  installationKeys: readonly [InstallationKeys, ...InstallationKeys[]],
): Promise<void> {
  const [current] = installationKeys;
  for (const { secret, sealed } of await session.sharedSecrets.listAll()) {
    const name = { keyUid: secret.keyUid, secretId: secret.id };
    const bytes = openSharedSecret(hashes, installationKeys, name, sealed);
    assert(bytes !== undefined, 'the master secret of the last start, which sealed all of them, is among those given');
    const resealed = sealSharedSecret(hashes, current, name, bytes);
    if (resealed !== sealed) {
      await session.sharedSecrets.reseal(secret.id, resealed);
    }
  }
}
