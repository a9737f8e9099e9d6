import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { deriveInstallationKeys, deriveSigningSecret } from '../contract/credential.ts';
import type { KeyUid } from '../contract/ids.ts';
import { SigningSecrets } from './signing-secrets.ts';

const keys = deriveInstallationKeys(nodeHashes, new Uint8Array(32).fill(1));
const uids = ['a', 'b', 'a'].map((digit) => digit.repeat(32) as KeyUid);

test('each key has its own secret, which is derived once', () => {
  let derivations = 0;
  const hashes = {
    ...nodeHashes,
    hkdfSha256: (...input: Parameters<typeof nodeHashes.hkdfSha256>) => {
      derivations += 1;
      return nodeHashes.hkdfSha256(...input);
    },
  };
  const secrets = new SigningSecrets(hashes, keys);
  assert.deepEqual(
    uids.map((uid) => secrets.of(uid)),
    uids.map((uid) => deriveSigningSecret(nodeHashes, keys, uid)),
  );
  assert.equal(derivations, 2);
});
