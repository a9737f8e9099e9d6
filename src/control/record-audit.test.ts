import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Actor } from './actor.ts';
import { ACCOUNT, BY, openTestControl } from './control.test-support.ts';
import { createAccount } from './create-account.ts';
import { createAccountToken } from './create-account-token.ts';
import { createKey } from './create-key.ts';
import { deleteAccountToken } from './delete-account-token.ts';
import { deleteKey } from './delete-key.ts';
import { issueCredential } from './issue-credential.ts';
import { listAuditEntries } from './list-audit-entries.ts';
import type { ControlPorts, Store } from './ports.ts';
import { pruneStore } from './prune-store.ts';
import { renameKey } from './rename-key.ts';
import { revokeCredential } from './revoke-credential.ts';
import { revokeCredentials } from './revoke-credentials.ts';
import { rollKey } from './roll-key.ts';

const DAY_MS = 86_400_000;
const ADMIN: Actor = { kind: 'installation', tokenId: '0', address: '192.0.2.1' };

async function open(context: TestContext, ...args: Parameters<typeof openTestControl>) {
  const control = await openTestControl(...args);
  context.after(control.close);
  return control;
}

async function readLog(ports: ControlPorts, accountId?: string) {
  const entries = await listAuditEntries(ports, accountId, { direction: 'asc' }, { page: 1, perPage: 100 });
  return entries.map(({ action, resourceId, details, accountId: owner, actor }) => {
    assert.deepEqual([owner, actor], [accountId, ADMIN]);
    return [action, resourceId, details];
  });
}

test('everything that changes something is written down once, with who did it', async (context) => {
  const { ports } = await open(context);
  const { key } = await createKey(ports, ADMIN, ACCOUNT, { name: 'a' });
  await renameKey(ports, ADMIN, ACCOUNT, key.uid, { name: 'b' });
  await renameKey(ports, ADMIN, ACCOUNT, key.uid, {});
  await rollKey(ports, ADMIN, ACCOUNT, key.uid, { overlapSeconds: 60 });
  const { username } = issueCredential(ports, key, {});
  for (let time = 0; time < 2; time += 1) {
    await revokeCredential(ports, ADMIN, key, username);
    await revokeCredentials(ports, ADMIN, key, { issuedBefore: 1_700_000_000_000 as UnixMs });
  }
  await revokeCredentials(ports, ADMIN, key, { customIdentifier: 'me', issuedBefore: 1_700_000_000_000 as UnixMs });
  const { token } = await createAccountToken(ports, ADMIN, ACCOUNT, { name: 't', permissions: ['Calls Read'] });
  await deleteAccountToken(ports, ADMIN, ACCOUNT, token.id);
  await deleteKey(ports, ADMIN, ACCOUNT, key.uid);
  const issuedBefore = { issued_before: '2023-11-14T22:13:20Z' };
  assert.deepEqual(await readLog(ports, ACCOUNT), [
    ['key_create', key.uid, { name: 'a' }],
    ['key_rename', key.uid, { name: 'b', previous_name: 'a' }],
    ['key_roll', key.uid, { overlap_seconds: 60 }],
    ['credential_revoke', username, { turn_key: key.uid }],
    ['credentials_revoke', key.uid, issuedBefore],
    ['credentials_revoke', key.uid, { custom_identifier: 'me', ...issuedBefore }],
    ['token_create', token.id, { name: 't', permissions: ['Calls Read'] }],
    ['token_delete', token.id, { name: 't' }],
    ['key_delete', key.uid, { name: 'b' }],
  ]);
  const account = await createAccount(ports, ADMIN, { name: 'new' });
  assert.deepEqual(await readLog(ports, account.id), [['account_create', account.id, { name: 'new' }]]);
});

test('what is refused leaves no entry', async (context) => {
  const { ports } = await open(context, { maxKeysPerAccount: 0 });
  await assert.rejects(createKey(ports, ADMIN, ACCOUNT, {}), { code: 'key-limit-reached' });
  await assert.rejects(deleteKey(ports, ADMIN, ACCOUNT, 'f'.repeat(32)), { code: 'key-not-found' });
  assert.deepEqual(await readLog(ports, ACCOUNT), []);
});

test('what cannot be written down does not happen', async (context) => {
  const failing = (store: Store): Store =>
    Object.assign(Object.create(store) as Store, {
      transact: (work: Parameters<Store['transact']>[0]) =>
        store.transact((session) =>
          work({ ...session, audit: { ...session.audit, append: () => Promise.reject(new Error('disk full')) } }),
        ),
    });
  const { ports } = await open(context, {}, failing);
  await assert.rejects(createKey(ports, ADMIN, ACCOUNT, {}), /disk full/);
  assert.equal(await ports.store.keys.count(ACCOUNT), 0);
  await assert.rejects(createAccount(ports, ADMIN, {}), /disk full/);
  assert.equal(await ports.store.accounts.count(), 2);
});

test('no entry holds a secret', async (context) => {
  const { ports } = await open(context);
  const { key, token } = await createKey(ports, ADMIN, ACCOUNT, {});
  const { token: second } = await rollKey(ports, ADMIN, ACCOUNT, key.uid, {});
  const { value } = await createAccountToken(ports, ADMIN, ACCOUNT, { permissions: ['Calls Write'] });
  const { username, credential } = issueCredential(ports, key, {});
  await revokeCredential(ports, ADMIN, key, username);
  const log = JSON.stringify(await readLog(ports, ACCOUNT));
  for (const secret of [token, second, value, credential]) {
    assert.equal(log.includes(secret), false);
  }
});

test('an account’s log is its own, and the installation’s is whole', async (context) => {
  const { ports } = await open(context);
  const { key } = await createKey(ports, BY, ACCOUNT, {});
  const other = await createAccount(ports, BY, {});
  const list = async (accountId: string | undefined) => {
    const entries = await listAuditEntries(ports, accountId, { direction: 'desc' }, { page: 1, perPage: 10 });
    return entries.map(({ resourceId }) => resourceId);
  };
  assert.deepEqual(await list(undefined), [other.id, key.uid]);
  assert.deepEqual(await list(ACCOUNT), [key.uid]);
  await assert.rejects(list('nobody'), { code: 'account-not-found' });
});

test('page numbers reach only so far', async (context) => {
  const { ports } = await open(context);
  const list = (page: number) => listAuditEntries(ports, ACCOUNT, { direction: 'desc' }, { page, perPage: 1_000 });
  assert.deepEqual(await list(100), []);
  await assert.rejects(list(101), { code: 'invalid-page', message: /cursor/ });
});

test('entries are forgotten after their retention, to the millisecond', async (context) => {
  const { ports, clock } = await open(context, { auditRetentionMs: DAY_MS });
  await createKey(ports, ADMIN, ACCOUNT as AccountId, {});
  clock.advance(DAY_MS);
  assert.equal((await pruneStore(ports)).auditEntries, 0);
  clock.advance(1);
  assert.equal((await pruneStore(ports)).auditEntries, 1);
  assert.deepEqual(await readLog(ports, ACCOUNT), []);
});
