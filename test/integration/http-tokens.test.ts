import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const TOKENS = '/client/v4/accounts/default/tokens';
const OWN = { 'com.cloudflare.api.account.default': '*' };
const READ_ID = '686ab9a8b3854f25a1474f302d14b68d';
const READ_GROUP = { id: 'whatever', name: 'Calls Read' };

let installation: HttpInstallation;

before(async () => {
  installation = await startHttpInstallation();
});

after(() => installation.stop());

function create(body: object) {
  return send('POST', TOKENS, body);
}

async function send(method: string, path: string, body: object) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(installation.url + path, { method, headers, body: JSON.stringify(body) });
  const { errors, result } = (await response.json()) as {
    errors: readonly { code: number; source?: { pointer: string } }[];
    result: Record<string, unknown>;
  };
  return { status: response.status, error: errors[0], result };
}

test('Cloudflare’s policies grant what the permissions of that name grant', async () => {
  for (const policy of [
    { effect: 'allow', permission_groups: [READ_GROUP], resources: OWN },
    { permission_groups: [{ name: 'Calls Read' }] },
    { permission_groups: [{ id: READ_ID }] },
    { effect: 'allow', permission_groups: [{ id: READ_ID, name: 'Calls Read' }], resources: OWN },
  ]) {
    const { status, result } = await create({ name: 'policies', policies: [policy] });
    assert.equal(status, 200);
    assert.deepEqual(result.permissions, ['Calls Read']);
    const expected = { effect: 'allow', permission_groups: [{ id: READ_ID, name: 'Calls Read' }], resources: OWN };
    assert.deepEqual(result.policies, [{ id: result.id, ...expected }]);
  }
});

const zone = { 'com.cloudflare.api.account.zone.eb78d652': '*' };
const refusals: readonly (readonly [what: string, body: object, code: number, pointer: string])[] = [
  ['no permission', {}, 2015, '/permissions'],
  ['an empty list', { permissions: [] }, 2015, '/permissions'],
  ['an unknown permission', { permissions: ['Zone Read'] }, 2015, '/permissions'],
  [
    'an unknown group',
    { policies: [{ permission_groups: [{ name: 'Zone Read' }] }] },
    2015,
    '/policies/0/permission_groups/0',
  ],
  [
    'a group that is not there',
    { policies: [{ permission_groups: [READ_GROUP, { id: 'x' }] }] },
    2015,
    '/policies/0/permission_groups/1',
  ],
  ['a group that is a number', { policies: [{ permission_groups: [{ id: 1 }] }] }, 2015, '/policies'],
  ['a denial', { policies: [{ effect: 'deny', permission_groups: [READ_GROUP] }] }, 2015, '/policies'],
  ['both forms', { permissions: ['Calls Read'], policies: [] }, 2015, '/permissions'],
  ['a zone', { policies: [{ permission_groups: [READ_GROUP], resources: zone }] }, 2017, '/policies/0/resources'],
  ['a condition', { permissions: ['Calls Read'], condition: { request_ip: {} } }, 2017, '/condition'],
  ['a beginning', { permissions: ['Calls Read'], not_before: '2030-01-01T00:00:00Z' }, 2017, '/not_before'],
  ['no time', { permissions: ['Calls Read'], expires_on: 'tomorrow' }, 2016, '/expires_on'],
  ['a past time', { permissions: ['Calls Read'], expires_on: '2020-01-01T00:00:00Z' }, 2016, '/expires_on'],
  ['no text', { permissions: ['Calls Read'], expires_on: 2030 }, 2016, '/expires_on'],
  ['a number as its name', { permissions: ['Calls Read'], name: 7 }, 2006, '/name'],
];

for (const [what, body, code, pointer] of refusals) {
  test(`no token is made of ${what}`, async () => {
    const { status, error } = await create(body);
    assert.equal(status, code === 2017 ? 422 : 400);
    assert.deepEqual([error?.code, error?.source?.pointer], [code, pointer]);
  });
}

test('a change tells the whole token, without its value', async () => {
  const { result } = await create({ name: 'old', permissions: ['Calls Read'], expires_on: '2099-01-01T00:00:00Z' });
  const { value: _value, ...made } = result;
  const path = `${TOKENS}/${result.id}`;
  const same = await send('PUT', path, {});
  assert.deepEqual([same.status, same.result], [200, made]);
  const body = {
    name: 'new',
    policies: [{ permission_groups: [{ id: READ_ID }] }],
    status: 'active',
    expires_on: null,
  };
  const { expires_on: _expiry, ...rest } = made;
  assert.deepEqual((await send('PUT', path, body)).result, { ...rest, name: 'new' });
});

const changeRefusals: readonly (readonly [what: string, body: object, code: number, pointer: string])[] = [
  ['being disabled', { status: 'disabled' }, 2017, '/status'],
  ['no status', { status: 1 }, 2017, '/status'],
  ['a condition', { condition: { request_ip: {} } }, 2017, '/condition'],
  ['no permission', { permissions: [] }, 2015, '/permissions'],
  ['an unknown group', { policies: [{ permission_groups: [{ id: 'x' }] }] }, 2015, '/policies/0/permission_groups/0'],
  ['a past time', { expires_on: '2020-01-01' }, 2016, '/expires_on'],
  ['a number as its name', { name: 7 }, 2006, '/name'],
];

test('what a token cannot become is refused, and changes nothing', async () => {
  const { result } = await create({ name: 'stays', permissions: ['Calls Read'] });
  const path = `${TOKENS}/${result.id}`;
  for (const [what, body, code, pointer] of changeRefusals) {
    const { status, error } = await send('PUT', path, { name: 'changed', ...body });
    assert.equal(status, code === 2017 ? 422 : 400, what);
    assert.deepEqual([error?.code, error?.source?.pointer], [code, pointer], what);
  }
  assert.equal((await send('PUT', path, {})).result.name, 'stays');
});

test('permission groups are listed, by their names and scopes as well', async () => {
  const list = async (query: string) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const response = await fetch(`${installation.url}${TOKENS}/permission_groups${query}`, { headers });
    const { result } = (await response.json()) as { result: readonly { id: string; name: string; scopes: string[] }[] };
    return result;
  };
  const scopes = ['com.cloudflare.api.account'];
  assert.equal((await list('')).length, 3);
  assert.deepEqual(await list('?name=Calls%20Read'), [{ id: READ_ID, name: 'Calls Read', scopes }]);
  assert.equal((await list('?scope=com.cloudflare.api.account')).length, 3);
  assert.deepEqual(await list('?scope=com.cloudflare.api.account.zone'), []);
  assert.deepEqual(await list('?name=Zone%20Read'), []);
});

test('a token’s value is in no log line and in no later answer', async () => {
  const { result } = await create({ permissions: ['Calls Write'] });
  const value = result.value as string;
  const list = await fetch(installation.url + TOKENS, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  assert.equal((await list.text()).includes(value), false);
  assert.equal((await fetch(installation.url + TOKENS, { headers: { authorization: `Bearer ${value}` } })).status, 403);
  assert.equal(installation.logLines.join('\n').includes(value), false);
});
