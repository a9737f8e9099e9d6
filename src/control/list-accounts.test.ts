import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createAccount } from './create-account.ts';
import { createKey } from './create-key.ts';
import { listAccounts } from './list-accounts.ts';
import type { Principal } from './ports.ts';

const installation: Principal = { kind: 'installation', tokenId: '0' };
const own: Principal = {
  kind: 'account',
  tokenId: '1',
  accountId: ACCOUNT,
  name: '',
  permissions: [],
  expiresAt: undefined,
};

test('the installation sees all accounts, a token its own', async () => {
  const { ports, clock, close } = await openTestControl();
  clock.advance(1);
  const made = await createAccount(ports, BY, { name: 'third' });
  const first = await listAccounts(ports, installation, { page: 1, perPage: 2 });
  assert.deepEqual([first.accounts.map(({ id }) => id), first.totalCount], [[made.id, ACCOUNT], 3]);
  const second = await listAccounts(ports, installation, { page: 2, perPage: 2 });
  assert.deepEqual(
    second.accounts.map(({ id }) => id),
    [OTHER_ACCOUNT],
  );
  const seen = await listAccounts(ports, own, { page: 1, perPage: 2 });
  assert.deepEqual([seen.accounts.map(({ id }) => id), seen.totalCount], [[ACCOUNT], 1]);
  assert.deepEqual((await listAccounts(ports, own, { page: 2, perPage: 2 })).accounts, []);
  await createKey(ports, BY, made.id, {});
  await assert.rejects(createAccount(ports, BY, { name: {} }), { code: 'invalid-name' });
  await close();
});
