import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { SHARED_SECRETS_MAX, SHARED_SECRETS_PER_ACCOUNT_MAX, SHARED_SECRETS_PER_KEY_MAX } from '../base/limits.ts';
import { deriveInstallationKeys } from '../contract/credential.ts';
import { openSharedSecret } from '../contract/shared-secret.ts';
import { authenticateToken } from './authenticate-token.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl, readSnapshot } from './control.test-support.ts';
import { createAccount } from './create-account.ts';
import { createKey } from './create-key.ts';
import { createSharedSecret } from './create-shared-secret.ts';
import { deleteKey } from './delete-key.ts';
import { deleteSharedSecret } from './delete-shared-secret.ts';
import { listSharedSecrets } from './list-shared-secrets.ts';
import { resealSharedSecrets } from './reseal-shared-secrets.ts';
import { revokeCredential } from './revoke-credential.ts';
import { rollKey } from './roll-key.ts';

const SECRET = 'sixteen letters.';

async function open(context: TestContext) {
  const { ports, clock, close } = await openTestControl();
  context.after(close);
  const { key, token } = await createKey(ports, BY, ACCOUNT, {});
  const create = (input: object, keyUid: string = key.uid) => createSharedSecret(ports, BY, ACCOUNT, keyUid, input);
  const readSince = async (seq: number) =>
    ((await ports.store.changeLog.readAfter(seq, 100)) ?? []).map(({ change }) => change);
  return { ports, clock, key, token, create, readSince };
}

test('a secret is made, told to the relays sealed, listed without it, and deleted', async (context) => {
  const { ports, key, create, readSince } = await open(context);
  const { secret, value } = await create({ name: 'synapse' });
  assert.match(value, /^[0-9a-f]{64}$/);
  const [added] = await readSince(1);
  assert.ok(added?.kind === 'shared-secret-added');
  assert.deepEqual(added, {
    kind: 'shared-secret-added',
    keyUid: key.uid,
    secretId: secret.id,
    sealed: added.sealed,
  });
  const opened = openSharedSecret(ports.hashes, ports.installationKeys, added, added.sealed);
  assert.equal(Buffer.from(opened ?? []).toString(), value);
  const kept = JSON.stringify([await ports.store.sharedSecrets.listAll(), added]);
  assert.ok(!kept.includes(value) && !kept.includes(Buffer.from(value).toString('hex')));
  assert.deepEqual(await listSharedSecrets(ports, ACCOUNT, key.uid), [secret]);
  assert.deepEqual((await readSnapshot(ports)).slice(1), [added]);
  assert.deepEqual(await deleteSharedSecret(ports, BY, ACCOUNT, key.uid, secret.id), secret);
  assert.deepEqual(await readSince(2), [{ kind: 'shared-secret-removed', keyUid: key.uid, secretId: secret.id }]);
  assert.deepEqual(await listSharedSecrets(ports, ACCOUNT, key.uid), []);
  await assert.rejects(deleteSharedSecret(ports, BY, ACCOUNT, key.uid, secret.id), { code: 'secret-not-found' });
});

test('a secret may be the caller’s: its bytes of UTF-8, 16 to 256', async (context) => {
  const { create } = await open(context);
  for (const secret of [SECRET, 'ü'.repeat(8), 'x'.repeat(256), 'with a blank within']) {
    assert.equal((await create({ secret })).value, secret);
  }
  const refused = ['x'.repeat(15), 'ü'.repeat(7), 'x'.repeat(257), `${SECRET}\n`, ` ${SECRET}`, 'with\ttab in between'];
  for (const secret of [...refused, '', 7, null, `${SECRET}\0`, `${SECRET}\ud800`]) {
    await assert.rejects(create({ secret }), (error: Error & { code: string; pointer: string }) => {
      assert.deepEqual([error.code, error.pointer], ['invalid-secret', '/secret']);
      assert.ok(!error.message.includes(SECRET), 'the message holds no secret');
      return true;
    });
  }
  await assert.rejects(create({ name: 7 }), { code: 'invalid-name' });
});

test('no two keys have one secret, and once it is deleted another may have it', async (context) => {
  const { ports, key, create } = await open(context);
  const { key: other } = await createKey(ports, BY, OTHER_ACCOUNT, {});
  const { secret } = await create({ secret: SECRET });
  const createOther = () => createSharedSecret(ports, BY, OTHER_ACCOUNT, other.uid, { secret: SECRET });
  await assert.rejects(create({ secret: SECRET }), { code: 'secret-in-use' });
  await assert.rejects(createOther(), { code: 'secret-in-use' });
  await deleteSharedSecret(ports, BY, ACCOUNT, key.uid, secret.id);
  await createOther();
});

test('a secret of another account is none', async (context) => {
  const { ports, key, create } = await open(context);
  const { secret } = await create({});
  await assert.rejects(listSharedSecrets(ports, OTHER_ACCOUNT, key.uid), { code: 'key-not-found' });
  await assert.rejects(createSharedSecret(ports, BY, OTHER_ACCOUNT, key.uid, {}), { code: 'key-not-found' });
  await assert.rejects(deleteSharedSecret(ports, BY, OTHER_ACCOUNT, key.uid, secret.id), { code: 'key-not-found' });
  const { key: other } = await createKey(ports, BY, ACCOUNT, {});
  await assert.rejects(deleteSharedSecret(ports, BY, ACCOUNT, other.uid, secret.id), { code: 'secret-not-found' });
});

test('an account has few, whatever others have', async (context) => {
  const { ports, key, create } = await open(context);
  const { key: second } = await createKey(ports, BY, ACCOUNT, {});
  const { key: other } = await createKey(ports, BY, OTHER_ACCOUNT, {});
  for (let n = 0; n < SHARED_SECRETS_PER_ACCOUNT_MAX; n += 1) {
    await create({}, n < SHARED_SECRETS_PER_KEY_MAX ? key.uid : second.uid);
  }
  const refused = { code: 'secret-limit-reached', message: /^The TURN keys of this account have 16/ };
  await assert.rejects(create({}, second.uid), refused);
  await createSharedSecret(ports, BY, OTHER_ACCOUNT, other.uid, {});
});

test('a key has few, and all accounts together not many', async (context) => {
  const { ports, key, create } = await open(context);
  for (let n = 0; n < SHARED_SECRETS_PER_KEY_MAX; n += 1) {
    await create({});
  }
  await assert.rejects(create({}, key.uid), { code: 'secret-limit-reached', message: /^The TURN key has 10/ });
  for (let n = SHARED_SECRETS_PER_KEY_MAX; n < SHARED_SECRETS_MAX; n += 1) {
    await createElsewhere(n);
  }
  const refused = { code: 'secret-limit-reached', message: /^All accounts together have 128/ };
  await assert.rejects(createElsewhere(SHARED_SECRETS_MAX), refused);

  async function createElsewhere(n: number): Promise<void> {
    const { id } = await createAccount(ports, BY, { name: `account ${n}` });
    const { key: theirs } = await createKey(ports, BY, id, {});
    await createSharedSecret(ports, BY, id, theirs.uid, {});
  }
});

test('the secrets of a deleted key are gone', async (context) => {
  const { ports, key, create } = await open(context);
  await create({ secret: SECRET });
  await deleteKey(ports, BY, ACCOUNT, key.uid);
  assert.deepEqual(await ports.store.sharedSecrets.listAll(), []);
  const { key: next } = await createKey(ports, BY, ACCOUNT, {});
  await create({ secret: SECRET }, next.uid);
});

test('secrets outlive a master secret: each start seals them under the current one', async (context) => {
  const { ports, key, create } = await open(context);
  const { secret } = await create({ secret: SECRET });
  const [former] = ports.installationKeys;
  const current = deriveInstallationKeys(nodeHashes, new Uint8Array(32).fill(2));
  const read = async (...keys: (typeof current)[]) => {
    const [stored] = await ports.store.sharedSecrets.list(key.uid);
    const bytes = openSharedSecret(nodeHashes, keys, { keyUid: key.uid, secretId: secret.id }, stored?.sealed ?? '');
    return bytes && Buffer.from(bytes).toString();
  };
  assert.deepEqual([await read(former), await read(current)], [SECRET, undefined]);
  await ports.store.transact((session) => resealSharedSecrets(session, nodeHashes, [current, former]));
  assert.deepEqual([await read(former), await read(current)], [undefined, SECRET]);
  await ports.store.transact((session) => resealSharedSecrets(session, nodeHashes, [current]));
  assert.equal(await read(current), SECRET);
});

test('a username of the draft is revoked by a key that shares a secret, however long it would live', async (context) => {
  const { ports, clock, key, create, readSince } = await open(context);
  const nowSeconds = Math.floor(clock.unixNow() / 1000);
  const username = `${nowSeconds + 60}:alice`;
  await assert.rejects(revokeCredential(ports, BY, key, username), { code: 'username-not-found' });
  await create({});
  await revokeCredential(ports, BY, key, username);
  await revokeCredential(ports, BY, key, username);
  await revokeCredential(ports, BY, key, `${nowSeconds}:alice`);
  assert.deepEqual(await readSince(2), [
    { kind: 'username-revoked', keyUid: key.uid, username, expiresAt: (nowSeconds + 60) * 1000 },
  ]);
  await revokeCredential(ports, BY, key, '9999999999:alice');
  assert.deepEqual(await readSince(3), [
    { kind: 'username-revoked', keyUid: key.uid, username: '9999999999:alice', expiresAt: 9_999_999_999_000 },
  ]);
  for (const unknown of [`${nowSeconds + 60}:al\0ice`, 'alice']) {
    await assert.rejects(revokeCredential(ports, BY, key, unknown), { code: 'username-not-found' });
  }
});

test('a key is found by its token, and by the one before while that is good', async (context) => {
  const { ports, clock, key, token } = await open(context);
  assert.deepEqual(await authenticateToken(ports, token), key);
  const { key: rolled, token: next } = await rollKey(ports, BY, ACCOUNT, key.uid, { overlapSeconds: 60 });
  assert.deepEqual([await authenticateToken(ports, token), await authenticateToken(ports, next)], [rolled, rolled]);
  clock.advance(60_000);
  assert.equal(await authenticateToken(ports, token), undefined);
  assert.deepEqual(await authenticateToken(ports, next), rolled);
  assert.equal(await authenticateToken(ports, 'wrong'), undefined);
  await deleteKey(ports, BY, ACCOUNT, key.uid);
  assert.equal(await authenticateToken(ports, next), undefined);
});
