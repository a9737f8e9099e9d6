import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const TOKENS = '/client/v4/accounts/default/tokens';
const OWN = { 'com.cloudflare.api.account.default': '*' };
const READ_GROUP = { id: 'whatever', name: 'Calls Read' };

let installation: HttpInstallation;

before(async () => {
  installation = await startHttpInstallation();
});

after(() => installation.stop());

async function create(body: object) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(installation.url + TOKENS, { method: 'POST', headers, body: JSON.stringify(body) });
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
  ]) {
    const { status, result } = await create({ name: 'policies', policies: [policy] });
    assert.equal(status, 200);
    assert.deepEqual(result.permissions, ['Calls Read']);
    const expected = { effect: 'allow', permission_groups: [{ name: 'Calls Read' }], resources: OWN };
    assert.deepEqual(result.policies, [{ id: result.id, ...expected }]);
  }
});

const zone = { 'com.cloudflare.api.account.zone.eb78d652': '*' };
const refusals: readonly (readonly [what: string, body: object, code: number, pointer: string])[] = [
  ['no permission', {}, 2015, '/permissions'],
  ['an empty list', { permissions: [] }, 2015, '/permissions'],
  ['an unknown permission', { permissions: ['Zone Read'] }, 2015, '/permissions'],
  ['an unknown group', { policies: [{ permission_groups: [{ name: 'Zone Read' }] }] }, 2015, '/policies'],
  ['a group without a name', { policies: [{ permission_groups: [{ id: 'x' }] }] }, 2015, '/policies'],
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

test('a token’s value is in no log line and in no later answer', async () => {
  const { result } = await create({ permissions: ['Calls Write'] });
  const value = result.value as string;
  const list = await fetch(installation.url + TOKENS, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  assert.equal((await list.text()).includes(value), false);
  assert.equal((await fetch(installation.url + TOKENS, { headers: { authorization: `Bearer ${value}` } })).status, 403);
  assert.equal(installation.logLines.join('\n').includes(value), false);
});
