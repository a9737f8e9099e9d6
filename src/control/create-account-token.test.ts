import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { TOKENS_PER_ACCOUNT_MAX } from '../base/limits.ts';
import { authenticateAccountToken } from './authenticate-account-token.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createAccountToken } from './create-account-token.ts';
import { deleteAccountToken } from './delete-account-token.ts';
import { listAccountTokens } from './list-account-tokens.ts';

test('a token is its bearer’s permissions in its account, until it is deleted', async () => {
  const { ports, close } = await openTestControl();
  const { token, value } = await createAccountToken(ports, BY, ACCOUNT, {
    name: 'mine',
    permissions: ['Calls Write', 'Calls Read', 'Calls Read'],
  });
  assert.match(value, /^[0-9a-f]{64}$/);
  assert.deepEqual(await authenticateAccountToken(ports, value), {
    kind: 'account',
    tokenId: token.id,
    accountId: ACCOUNT,
    name: 'mine',
    permissions: ['Calls Read', 'Calls Write'],
    expiresAt: undefined,
  });
  assert.equal(JSON.stringify(await ports.store.accountTokens.find(token.id)).includes(value), false);
  await assert.rejects(deleteAccountToken(ports, BY, OTHER_ACCOUNT, token.id), { code: 'token-not-found' });
  assert.deepEqual(await deleteAccountToken(ports, BY, ACCOUNT, token.id), token);
  assert.equal(await authenticateAccountToken(ports, value), undefined);
  await close();
});

test('a token is good until the millisecond of its expiry', async () => {
  const { ports, clock, close } = await openTestControl();
  const expiresAt = (clock.unixNow() + 1_000) as UnixMs;
  const { value } = await createAccountToken(ports, BY, ACCOUNT, { permissions: ['Calls Read'], expiresAt });
  clock.advance(999);
  assert.notEqual(await authenticateAccountToken(ports, value), undefined);
  clock.advance(1);
  assert.equal(await authenticateAccountToken(ports, value), undefined);
  assert.equal((await listAccountTokens(ports, ACCOUNT, { page: 1, perPage: 10 })).totalCount, 1);
  await close();
});

test('what makes no token is refused', async () => {
  const { ports, clock, close } = await openTestControl();
  const permissions = ['Calls Read'];
  const refused = (accountId: string, input: object, code: string) =>
    assert.rejects(createAccountToken(ports, BY, accountId, { permissions, ...input }), { code });
  await refused('nobody', {}, 'account-not-found');
  await refused(ACCOUNT, { name: 7 }, 'invalid-name');
  await refused(ACCOUNT, { permissions: [] }, 'invalid-permissions');
  await refused(ACCOUNT, { permissions: ['Calls Read', 'calls write'] }, 'invalid-permissions');
  await refused(ACCOUNT, { expiresAt: clock.unixNow() }, 'invalid-expiry');
  for (let n = 0; n < TOKENS_PER_ACCOUNT_MAX; n += 1) {
    await createAccountToken(ports, BY, ACCOUNT, { permissions });
  }
  await refused(ACCOUNT, {}, 'token-limit-reached');
  await createAccountToken(ports, BY, OTHER_ACCOUNT, { permissions });
  await close();
});
