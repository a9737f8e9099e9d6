import type { ExampleRequest, RecordExample } from '../test/support/api-example.ts';

/** The tokens of an account, and how each of them may be refused. */
export async function recordTokenExamples(record: RecordExample, adminToken: string): Promise<void> {
  const admin = { authorization: `Bearer ${adminToken}` };
  const path = '/client/v4/accounts/default/tokens';
  const created = await record('create-token', 'Make a token for an account. `value` is the token, shown here only.', {
    method: 'POST',
    path,
    headers: admin,
    body: { name: 'my back end', permissions: ['Calls Read'], expires_on: '2027-01-31T00:00:00Z' },
  });
  const { id, value } = (created.body as { result: { id: string; value: string } }).result;
  const resources = { 'com.cloudflare.api.account.default': '*' };
  await record('create-token-with-policies', "The same in Cloudflare's form, with groups by their names.", {
    method: 'POST',
    path,
    headers: admin,
    body: {
      name: 'my billing',
      policies: [{ effect: 'allow', permission_groups: [{ name: 'Account Analytics Read' }], resources }],
    },
  });
  await record('list-tokens', 'List the tokens of an account.', { method: 'GET', path, headers: admin });
  const bearer = { authorization: `Bearer ${value}` };
  await record('verify-account-token', 'Verify an account token.', {
    method: 'GET',
    path: `${path}/verify`,
    headers: bearer,
  });
  await record('missing-permission', 'The token may read keys, and not make them.', {
    method: 'POST',
    path: '/client/v4/accounts/default/calls/turn_keys',
    headers: bearer,
  });
  await recordFailures(record, { path, headers: admin });
  const item = { path: `${path}/${id}`, headers: admin };
  await record('list-permission-groups', 'List what a token may be permitted, as Cloudflare numbers it.', {
    method: 'GET',
    path: `${path}/permission_groups`,
    headers: admin,
  });
  await record('update-token', 'Rename a token, permit it more, and let it last.', {
    method: 'PUT',
    ...item,
    body: {
      name: 'my deployment',
      policies: [{ effect: 'allow', permission_groups: [{ id: 'b711942448db4b0aace44d1312f9fdb0' }], resources }],
      expires_on: null,
    },
  });
  await record('read-token', 'Read a token; `last_used_on` is to the minute.', { method: 'GET', ...item });
  await record('delete-token', 'Delete a token. It is refused from now on.', { method: 'DELETE', ...item });
  await record('unknown-token', 'There is no such token.', { method: 'DELETE', ...item });
}

async function recordFailures(record: RecordExample, tokens: Pick<ExampleRequest, 'path' | 'headers'>): Promise<void> {
  const create = { method: 'POST', ...tokens };
  await record('invalid-permissions', 'A token has at least one permission.', {
    ...create,
    body: { name: 'nothing', permissions: [] },
  });
  await record('unsupported-restriction', 'A restriction that nothing enforces makes no token.', {
    ...create,
    body: { permissions: ['Calls Read'], condition: { request_ip: { in: ['192.0.2.0/24'] } } },
  });
}
