import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { encodeUtf8 } from '../base/bytes.ts';
import type { Change } from '../contract/change.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import { SharedSecrets } from './shared-secrets.ts';
import { MASTER_SECRET } from './test-support/script-options.ts';
import { OTHER_SECRET, SECRET, secretIdOf, sharedSecret } from './test-support/shared-secret-script.ts';
import { KEY, OTHER_KEY } from './test-support/turn-script.ts';

type Added = Extract<Change, { kind: 'shared-secret-added' }>;

function secretsWith(...changes: Change[]): SharedSecrets {
  const secrets = new SharedSecrets(nodeHashes, [deriveInstallationKeys(nodeHashes, MASTER_SECRET)]);
  for (const { keyUid, secretId, sealed } of changes as Added[]) {
    secrets.add(keyUid, secretId, sealed);
  }
  return secrets;
}

test('secrets are opened, and known until they are removed', () => {
  const secrets = secretsWith(sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET, OTHER_KEY));
  assert.deepEqual(
    [...secrets.list()],
    [
      { id: secretIdOf(1), keyUid: KEY, secret: encodeUtf8(SECRET) },
      { id: secretIdOf(2), keyUid: OTHER_KEY, secret: encodeUtf8(OTHER_SECRET) },
    ],
  );
  secrets.remove(secretIdOf(1));
  secrets.remove(secretIdOf(1));
  assert.deepEqual([secrets.has(secretIdOf(1)), secrets.has(secretIdOf(2)), secrets.size], [false, true, 1]);
});

test('a key takes its secrets along, and no others', () => {
  const secrets = secretsWith(sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET), sharedSecret(3, 'x', OTHER_KEY));
  secrets.removeOfKey(KEY);
  assert.deepEqual(
    Array.from(secrets.list(), ({ id }) => id),
    [secretIdOf(3)],
  );
});

test('the same again changes nothing, and what another installation sealed is nobody’s', () => {
  const foreign = sharedSecret(2, SECRET, KEY, new Uint8Array(32).fill(8));
  const secrets = secretsWith(sharedSecret(1, SECRET), sharedSecret(1, SECRET), foreign);
  assert.equal(secrets.size, 1);
});
