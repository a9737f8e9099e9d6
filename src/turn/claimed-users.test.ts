import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import type { Change } from '../contract/change.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import type { Username } from '../contract/ids.ts';
import { ClaimedUsers, NO_KEY } from './claimed-users.ts';
import { SharedSecrets } from './shared-secrets.ts';
import { MASTER_SECRET } from './test-support/script-options.ts';
import { OTHER_SECRET, SECRET, secretIdOf, sharedSecret } from './test-support/shared-secret-script.ts';
import { KEY, OTHER_KEY, TurnScript, UNIX_START } from './test-support/turn-script.ts';

const TTL_SECONDS_MAX = 1_000;

function claimedUsers(...changes: Change[]): ClaimedUsers {
  const installationKeys = [deriveInstallationKeys(nodeHashes, MASTER_SECRET)];
  const sharedSecrets = new SharedSecrets(nodeHashes, installationKeys);
  for (const { keyUid, secretId, sealed } of changes as Extract<Change, { kind: 'shared-secret-added' }>[]) {
    sharedSecrets.add(keyUid, secretId, sealed);
  }
  return new ClaimedUsers({
    hashes: nodeHashes,
    installationKeys,
    sharedSecrets,
    credentialTtlSecondsMax: TTL_SECONDS_MAX,
  });
}

test('a username that was issued has one user, to whom it was', () => {
  const { username } = new TurnScript().credential({ customIdentifier: 'alice' });
  const users = claimedUsers(sharedSecret(1, SECRET)).list(username);
  assert.deepEqual(
    users.map(({ claims, secretId }) => ({ ...claims, secretId })),
    [
      {
        keyUid: KEY,
        issuedAt: UNIX_START,
        expiresAt: UNIX_START + 86_400_000,
        customIdentifier: 'alice',
        secretId: undefined,
      },
    ],
  );
});

test('one of the draft may have been made with any secret, at the earliest the longest lifetime before its end', () => {
  const users = claimedUsers(sharedSecret(1, SECRET), sharedSecret(2, OTHER_SECRET, OTHER_KEY));
  const claims = { issuedAt: 1_699_999_000_000, expiresAt: 1_700_000_000_000, customIdentifier: 'alice' };
  assert.deepEqual(
    users.list('1700000000:alice' as Username).map((user) => [user.secretId, user.claims]),
    [
      [secretIdOf(1), { keyUid: KEY, ...claims }],
      [secretIdOf(2), { keyUid: OTHER_KEY, ...claims }],
    ],
  );
  assert.equal(users.list('5:alice' as Username)[0].claims.issuedAt, 0);
});

test('every other username is one of nobody', () => {
  const withSecret = claimedUsers(sharedSecret(1, SECRET));
  for (const username of [undefined, '', 'alice', 'ab'.repeat(48), '17000000000:alice', `1:${'x'.repeat(600)}`]) {
    const users = withSecret.list(username as Username | undefined);
    assert.deepEqual(
      users.map(({ claims }) => claims.keyUid),
      [NO_KEY],
    );
  }
  assert.equal(claimedUsers().list('1700000000:alice' as Username)[0].claims.keyUid, NO_KEY);
});
