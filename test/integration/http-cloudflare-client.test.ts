import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Cloudflare from 'cloudflare';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const account = { account_id: 'default' };

let installation: HttpInstallation;
let client: Cloudflare;

function connect(apiToken: string): Cloudflare {
  return new Cloudflare({ apiToken, baseURL: `${installation.url}/client/v4`, maxRetries: 0 });
}

before(async () => {
  installation = await startHttpInstallation();
  client = connect(ADMIN_TOKEN);
});

after(() => installation.stop());

test('the official client makes, lists, reads, renames and deletes keys', async () => {
  const created = await client.calls.turn.create({ ...account, name: 'first' });
  assert.match(created.uid as string, /^[0-9a-f]{32}$/);
  assert.match(created.key as string, /^[0-9a-f]{64}$/);
  const keyId = created.uid as string;
  const second = await client.calls.turn.create({ ...account });

  const page = await client.calls.turn.list(account);
  assert.equal(page.result.length, 2);
  const uids: unknown[] = [];
  for await (const item of client.calls.turn.list(account)) {
    uids.push((item as { uid: string }).uid);
  }
  assert.deepEqual(uids.toSorted(), [keyId, second.uid].toSorted());

  const read = await client.calls.turn.get(keyId, account);
  assert.equal(read.name, 'first');
  const renamed = await client.calls.turn.update(keyId, { ...account, name: 'renamed' });
  assert.deepEqual(renamed, { ...read, name: 'renamed', modified: renamed.modified });
  assert.deepEqual(await client.calls.turn.delete(keyId, account), renamed);
});

test('the official client iterates over as many keys as an account may have', async () => {
  const uids = new Set<string>();
  for (let n = 0; n < 60; n += 1) {
    uids.add((await client.calls.turn.create(account)).uid as string);
  }
  for await (const item of client.calls.turn.list(account)) {
    uids.delete((item as { uid: string }).uid);
  }
  assert.equal(uids.size, 0);
});

test('failures are the classes that the official client has for them', async () => {
  const turn = client.calls.turn;
  await assert.rejects(turn.get('f'.repeat(32), account), (error) => {
    assert.ok(error instanceof Cloudflare.NotFoundError);
    assert.equal(error.status, 404);
    assert.equal(error.errors[0]?.code, 2009);
    return true;
  });
  await assert.rejects(turn.list({ account_id: 'nobody' }), Cloudflare.NotFoundError);
  await assert.rejects(turn.create({ ...account, name: 'x'.repeat(257) }), Cloudflare.BadRequestError);
  await assert.rejects(connect('wrong').calls.turn.list(account), (error) => {
    assert.ok(error instanceof Cloudflare.AuthenticationError);
    assert.equal(error.errors[0]?.code, 10000);
    return true;
  });
});

test('the official client makes, lists, reads, verifies and deletes tokens', async () => {
  const { tokens } = client.accounts;
  const policies = [
    {
      id: 'ignored',
      effect: 'allow' as const,
      permission_groups: [{ id: 'ignored', name: 'Calls Write' }],
      resources: { 'com.cloudflare.api.account.default': '*' },
    },
  ];
  const expires = '2099-01-01T00:00:00Z';
  const { value, ...created } = await tokens.create({ ...account, name: 'writer', policies, expires_on: expires });
  assert.deepEqual([created.name, created.status, created.expires_on], ['writer', 'active', expires]);
  const tokenId = created.id as string;

  const bearer = connect(value as string);
  const verified = { id: tokenId, status: 'active', expires_on: expires };
  assert.deepEqual(await bearer.user.tokens.verify(), verified);
  assert.deepEqual(await bearer.accounts.tokens.verify(account), verified);
  const key = await bearer.calls.turn.create({ ...account, name: 'made with a token' });
  assert.equal((await bearer.calls.turn.get(key.uid as string, account)).name, 'made with a token');
  await bearer.calls.turn.update(key.uid as string, { ...account, name: 'renamed' });
  await bearer.calls.turn.delete(key.uid as string, account);

  const second = await tokens.create({ ...account, name: 'second', policies });
  const ids: unknown[] = [];
  for await (const token of tokens.list({ ...account, per_page: 1 })) {
    ids.push(token.id);
  }
  assert.deepEqual(ids.toSorted(), [tokenId, second.id].toSorted());
  assert.equal((await tokens.get(tokenId, account)).name, 'writer');
  assert.deepEqual(await tokens.delete(tokenId, account), { id: tokenId });
  await assert.rejects(bearer.user.tokens.verify(), Cloudflare.AuthenticationError);
  await assert.rejects(tokens.get(tokenId, account), Cloudflare.NotFoundError);
});

test('the official client lists permission groups, and changes a token to what they name', async () => {
  const { tokens } = client.accounts;
  const groups = new Map<string, string>();
  for await (const { id, name } of tokens.permissionGroups.list(account)) {
    groups.set(name as string, id as string);
  }
  assert.deepEqual([...groups.keys()], ['Calls Read', 'Calls Write', 'Account Analytics Read']);
  assert.deepEqual(
    (await tokens.permissionGroups.get({ ...account, name: 'Calls Read' })).map(({ id }) => id),
    [groups.get('Calls Read')],
  );
  const resources = { 'com.cloudflare.api.account.default': '*' };
  const policyOf = (...names: readonly string[]) => ({
    effect: 'allow' as const,
    permission_groups: names.map((name) => ({ id: groups.get(name) as string })),
    resources,
  });
  const made = await tokens.create({ ...account, name: 'to change', policies: [policyOf('Calls Read')] });
  const bearer = connect(made.value as string);
  await assert.rejects(bearer.calls.turn.create(account), Cloudflare.PermissionDeniedError);
  const policies = [policyOf('Calls Read'), policyOf('Calls Write')];
  const changed = await tokens.update(made.id as string, { ...account, name: 'changed', policies, status: 'active' });
  assert.deepEqual(changed, await tokens.get(made.id as string, account));
  assert.deepEqual(
    [changed.name, changed.policies?.flatMap((policy) => policy.permission_groups.map(({ id }) => id))],
    ['changed', [groups.get('Calls Read'), groups.get('Calls Write')]],
  );
  await bearer.calls.turn.create(account);
  const disabled = { ...account, name: 'changed', policies, status: 'disabled' as const };
  await assert.rejects(tokens.update(made.id as string, disabled), Cloudflare.UnprocessableEntityError);
});

test('a permission that is missing, and another account, are the official client’s PermissionDeniedError', async () => {
  const policies = [
    { id: '', effect: 'allow' as const, permission_groups: [{ id: '', name: 'Calls Read' }], resources: {} },
  ];
  const { value } = await client.accounts.tokens.create({ ...account, name: 'reader', policies });
  const reader = connect(value as string);
  await reader.calls.turn.list(account);
  const assertDenied = (error: unknown) => {
    assert.ok(error instanceof Cloudflare.PermissionDeniedError);
    assert.equal(error.errors[0]?.code, 10000);
    return true;
  };
  await assert.rejects(reader.calls.turn.create(account), assertDenied);
  await assert.rejects(reader.calls.turn.list({ account_id: 'nobody' }), assertDenied);
});

test('the official client makes, lists and reads accounts', async () => {
  const made = await client.accounts.create({ name: 'a customer' });
  const ids: string[] = [];
  for await (const { id } of client.accounts.list({ per_page: 1 })) {
    ids.push(id);
  }
  assert.deepEqual(ids, [made.id, 'default']);
  assert.deepEqual(await client.accounts.get({ account_id: made.id }), made);
  await client.calls.turn.create({ account_id: made.id, name: 'theirs' });
  const theirs = await client.calls.turn.list({ account_id: made.id });
  assert.deepEqual(
    theirs.result.map((key) => (key as { name: string }).name),
    ['theirs'],
  );
});

test('the official client verifies the admin token', async () => {
  const verified = await client.user.tokens.verify();
  assert.equal(verified?.status, 'active');
});
