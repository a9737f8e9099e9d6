import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '../base/clock.ts';
import { authenticateAccountToken } from './authenticate-account-token.ts';
import { ACCOUNT, BY, OTHER_ACCOUNT, openTestControl } from './control.test-support.ts';
import { createAccountToken } from './create-account-token.ts';
import { updateAccountToken } from './update-account-token.ts';

test('a change holds from the next request on, and what it does not name stays', async () => {
  const { ports, clock, close } = await openTestControl();
  const expiresAt = (clock.unixNow() + 1_000) as UnixMs;
  const given = { name: 'old', permissions: ['Calls Write'], expiresAt };
  const { token, value } = await createAccountToken(ports, BY, ACCOUNT, given);
  const path = { accountId: ACCOUNT, tokenId: token.id };
  const change = async (changes: object) => {
    const changed = await updateAccountToken(ports, BY, path, changes);
    assert.deepEqual(await ports.store.accountTokens.find(token.id), changed);
    return changed;
  };
  assert.deepEqual(await change({}), token);
  assert.deepEqual(await change({ name: 'new' }), { ...token, name: 'new' });
  const reader = { ...token, name: 'new', permissions: ['Calls Read'] };
  assert.deepEqual(await change({ permissions: ['Calls Read', 'Calls Read'] }), reader);
  assert.partialDeepStrictEqual(await authenticateAccountToken(ports, value), { permissions: ['Calls Read'] });
  assert.deepEqual(await change({ expiresAt: null }), { ...reader, expiresAt: undefined });
  clock.advance(1_000);
  assert.notEqual(await authenticateAccountToken(ports, value), undefined);
  const [latest] = await ports.store.audit.list({ direction: 'desc', offset: 0, limit: 1 });
  assert.partialDeepStrictEqual(latest, {
    action: 'token_update',
    accountId: ACCOUNT,
    resourceId: token.id,
    details: { name: 'new', permissions: ['Calls Read'], expires_on: 'never' },
  });
  await close();
});

test('what no token can become is refused, and changes nothing', async () => {
  const { ports, clock, close } = await openTestControl();
  const { token } = await createAccountToken(ports, BY, ACCOUNT, { name: 'mine', permissions: ['Calls Read'] });
  const path = { accountId: ACCOUNT, tokenId: token.id };
  const refused = (change: object, code: string, where: object = {}) =>
    assert.rejects(updateAccountToken(ports, BY, { ...path, ...where }, change), { code });
  await refused({ name: 7 }, 'invalid-name');
  await refused({ permissions: [] }, 'invalid-permissions');
  await refused({ name: 'x', permissions: ['Zone Read'] }, 'invalid-permissions');
  await refused({ expiresAt: clock.unixNow() }, 'invalid-expiry');
  await refused({ name: 'x' }, 'token-not-found', { accountId: OTHER_ACCOUNT });
  await refused({ name: 'x' }, 'token-not-found', { tokenId: 'f'.repeat(32) });
  await refused({ name: 'x' }, 'account-not-found', { accountId: 'nobody' });
  assert.deepEqual(await ports.store.accountTokens.find(token.id), token);
  await close();
});
