import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { nodeHashes } from '../app/node-hashes.ts';
import { nodeRandom } from '../app/node-random.ts';
import { encodeHex } from '../base/bytes.ts';
import type { AccountId } from '../contract/ids.ts';
import { openSqliteInMemory } from '../store/open-sqlite.ts';
import { authenticateAccountToken } from './authenticate-account-token.ts';
import { completeStart } from './complete-start.ts';
import { openTestControl, StillClock } from './control.test-support.ts';
import { type InstallationPorts, type InstallationSettings, openInstallation } from './open-installation.ts';
import type { SecretFile } from './secret-file.ts';

class FileInMemory implements SecretFile {
  readonly path = '/data/master-secret';
  text: string | undefined;

  read(): Promise<string | undefined> {
    return Promise.resolve(this.text);
  }

  write(text: string): Promise<void> {
    this.text = text;
    return Promise.resolve();
  }
}

async function openParts(context: TestContext) {
  const store = await openSqliteInMemory();
  context.after(() => store.close());
  const masterSecretFile = new FileInMemory();
  const ports: InstallationPorts = {
    store,
    masterSecretFile,
    clock: new StillClock(),
    random: nodeRandom,
    hashes: nodeHashes,
  };
  const open = (settings: Partial<InstallationSettings> = {}) =>
    openInstallation(ports, { maxTtlSeconds: 172_800, ...settings });
  const control = await openTestControl();
  context.after(control.close);
  const authenticate = (token: string) => authenticateAccountToken({ ...control.ports, store }, token);
  return { store, masterSecretFile, open, complete: () => completeStart(ports), authenticate };
}

const SECRET = 'ab'.repeat(32);
const NEXT_SECRET = 'cd'.repeat(40);

describe('openInstallation', () => {
  test('makes a secret, an account and an admin token at the first start', async (context) => {
    const { store, masterSecretFile, open, authenticate } = await openParts(context);
    const opened = await open();
    assert.equal(opened.isFirstStart, true);
    assert.match(opened.nodeId, /^[0-9a-f]{32}$/);
    assert.equal(opened.defaultAccountId, 'default');
    assert.ok(await store.accounts.find('default' as AccountId));
    assert.match(masterSecretFile.text ?? '', /^[0-9a-f]{64}\n$/);
    const { createdAdminToken } = opened;
    assert.match(createdAdminToken ?? '', /^[0-9a-f]{64}$/);
    const principal = await authenticate(createdAdminToken ?? '');
    assert.deepEqual(principal, { kind: 'installation', tokenId: '0'.repeat(32) });
    assert.equal(await authenticate(''), undefined);
    assert.equal(await authenticate('f'.repeat(64)), undefined);
  });

  test('finds the same installation at every later start, and shows no secret again', async (context) => {
    const { masterSecretFile, open, complete } = await openParts(context);
    const first = await open();
    await complete();
    const { text } = masterSecretFile;
    const second = await open();
    assert.deepEqual(second, { ...first, isFirstStart: false, createdAdminToken: undefined });
    assert.equal(masterSecretFile.text, text);
  });

  test('makes the admin token anew until a start has been completed, since nobody has seen the one before', async (context) => {
    const { open, complete, authenticate } = await openParts(context);
    const unseen = await open();
    const seen = await open();
    assert.deepEqual(seen, { ...unseen, createdAdminToken: seen.createdAdminToken });
    assert.equal(seen.isFirstStart, true);
    assert.equal(await authenticate(unseen.createdAdminToken ?? ''), undefined);
    assert.ok(await authenticate(seen.createdAdminToken ?? ''));
    await complete();
    await complete();
    assert.equal((await open()).createdAdminToken, undefined);
    assert.ok(await authenticate(seen.createdAdminToken ?? ''));
  });

  test('keeps its account, once a start has been completed', async (context) => {
    const { store, open, complete } = await openParts(context);
    await open({ accountId: 'typo' });
    assert.equal((await open({ accountId: 'acme' })).defaultAccountId, 'acme');
    await complete();
    await assert.rejects(open({ accountId: 'other' }), {
      code: 'account-mismatch',
      message: /is acme, .*says other\. Set account \(TACITURN_ACCOUNT\) to acme/,
    });
    assert.equal(await store.accounts.find('other' as AccountId), undefined);
    assert.equal((await open()).defaultAccountId, 'acme');
    assert.equal((await open({ accountId: 'acme' })).defaultAccountId, 'acme');
  });

  test('puts no secret into the database', async (context) => {
    const { store, masterSecretFile, open } = await openParts(context);
    const { createdAdminToken } = await open();
    const everything = JSON.stringify([
      await store.installation.read(),
      await store.tokens.findByHash(encodeHex(nodeHashes.sha256(Buffer.from(createdAdminToken ?? '')))),
    ]);
    assert.ok(everything.includes('admin token of the installation'));
    assert.ok(!everything.includes(createdAdminToken ?? 'none'));
    assert.ok(!everything.includes(masterSecretFile.text?.trim() ?? 'none'));
  });

  test('takes a configured secret, token and account, and makes none', async (context) => {
    const { store, masterSecretFile, open, authenticate } = await openParts(context);
    const opened = await open({ masterSecret: SECRET, adminToken: 'letmein', accountId: 'acme' });
    assert.equal(opened.createdAdminToken, undefined);
    assert.equal(opened.defaultAccountId, 'acme');
    assert.ok(await store.accounts.find('acme' as AccountId));
    assert.equal(masterSecretFile.text, undefined);
    assert.deepEqual(opened.installationKeys[0].master, new Uint8Array(32).fill(0xab));
    assert.ok(await authenticate('letmein'));
  });

  test('lets a configured admin token take the place of the former one', async (context) => {
    const { open, complete, authenticate } = await openParts(context);
    const { createdAdminToken } = await open();
    await complete();
    await open({ adminToken: 'another' });
    assert.equal(await authenticate(createdAdminToken ?? ''), undefined);
    assert.ok(await authenticate('another'));
    await open();
    assert.ok(await authenticate('another'), 'it stays when the setting goes');
  });

  test('takes up a secret whose first start was cut short', async (context) => {
    const { masterSecretFile, open } = await openParts(context);
    masterSecretFile.text = `${SECRET}\n`;
    const opened = await open();
    assert.equal(opened.isFirstStart, true);
    assert.equal(masterSecretFile.text, `${SECRET}\n`);
    assert.deepEqual(opened.installationKeys[0].master, new Uint8Array(32).fill(0xab));
  });

  test('refuses to go on without the secret, rather than to make another', async (context) => {
    const { masterSecretFile, open } = await openParts(context);
    await open();
    const { text } = masterSecretFile;
    masterSecretFile.text = undefined;
    await assert.rejects(open(), {
      name: 'InstallationError',
      code: 'master-secret-missing',
      message: /\/data\/master-secret does not.*Restore the file/s,
    });
    assert.equal(masterSecretFile.text, undefined);
    masterSecretFile.text = text;
    await open();
  });

  test('refuses another secret, unless it comes with the former one: that is a rotation', async (context) => {
    const { open } = await openParts(context);
    await open({ masterSecret: SECRET });
    const mismatch = { name: 'InstallationError', code: 'master-secret-mismatch' };
    await assert.rejects(open({ masterSecret: NEXT_SECRET }), mismatch);
    const rotated = await open({ masterSecret: `${NEXT_SECRET},${SECRET}` });
    assert.deepEqual(
      rotated.installationKeys.map((keys) => encodeHex(keys.master)),
      [NEXT_SECRET, SECRET],
    );
    await open({ masterSecret: NEXT_SECRET });
    await assert.rejects(open({ masterSecret: SECRET }), mismatch);
  });

  test('refuses a secret that is too short, naming where it stands but never the secret', async (context) => {
    const { masterSecretFile, open } = await openParts(context);
    for (const masterSecret of ['', ' , ', 'deadbeef', 'ab'.repeat(31), 'z'.repeat(31), `${SECRET},short`]) {
      await assert.rejects(open({ masterSecret }), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'master-secret-invalid');
        assert.match(error.message, /^The configuration holds no usable master secret/);
        assert.ok(!error.message.includes('deadbeef'));
        return true;
      });
    }
    masterSecretFile.text = 'cut off';
    await assert.rejects(open(), { code: 'master-secret-invalid', message: /^\/data\/master-secret holds/ });
    await open({ masterSecret: 'a passphrase'.replace(' ', '-').repeat(3) });
  });

  test('refuses a token that no client could send, and an account id that no URL could hold', async (context) => {
    const { open } = await openParts(context);
    for (const adminToken of ['', 'two words', 'tab\t', 'naïve', 'line\n']) {
      await assert.rejects(open({ adminToken }), { code: 'admin-token-invalid' });
    }
    for (const accountId of ['', 'a/b', 'ä', 'x'.repeat(65)]) {
      await assert.rejects(open({ accountId }), { code: 'account-id-invalid' });
    }
  });

  test('keeps nothing of a start that was refused', async (context) => {
    const { store, open } = await openParts(context);
    await assert.rejects(open({ adminToken: '' }));
    assert.equal(await store.installation.read(), undefined);
    assert.equal((await open()).isFirstStart, true);
  });

  test('remembers the longest lifetime that was ever allowed', async (context) => {
    const { open } = await openParts(context);
    assert.equal((await open({ maxTtlSeconds: 100 })).longestTtlSeconds, 100);
    assert.equal((await open({ maxTtlSeconds: 200 })).longestTtlSeconds, 200);
    assert.equal((await open({ maxTtlSeconds: 50 })).longestTtlSeconds, 200);
  });

  test('makes one installation when two processes start at once', async (context) => {
    const { open, authenticate } = await openParts(context);
    const [one, two] = await Promise.all([open(), open()]);
    assert.equal(one.nodeId, two.nodeId);
    const valid = await Promise.all([one, two].map((each) => authenticate(each.createdAdminToken ?? '')));
    assert.equal(valid.filter((principal) => principal !== undefined).length, 1);
  });
});
