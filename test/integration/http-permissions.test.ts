import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Clock, Instant, UnixMs } from '../../src/base/clock.ts';
import type { AccountId } from '../../src/contract/ids.ts';
import { openSession } from '../../src/control/people/open-session.ts';
import type { PersonRole } from '../../src/control/people/role.ts';
import { PERMISSIONS } from '../../src/control/permission.ts';
import { ADMIN_TOKEN, createKey, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const NO_KEY = 'f'.repeat(32);

/** Every route of the management API, what it needs, and what it answers who may call it. */
const ROUTES = [
  ['GET', '/accounts', 'any token', 200],
  ['POST', '/accounts', 'installation', 201],
  ['GET', '/accounts/default', 'own account', 200],
  ['GET', '/accounts/default/calls/turn_keys', 'Calls Read', 200],
  ['POST', '/accounts/default/calls/turn_keys', 'Calls Write', 201],
  ['GET', `/accounts/default/calls/turn_keys/${NO_KEY}`, 'Calls Read', 404],
  ['PUT', `/accounts/default/calls/turn_keys/${NO_KEY}`, 'Calls Write', 404],
  ['DELETE', `/accounts/default/calls/turn_keys/${NO_KEY}`, 'Calls Write', 404],
  ['POST', `/accounts/default/calls/turn_keys/${NO_KEY}/roll`, 'Calls Write', 404],
  ['POST', `/accounts/default/calls/turn_keys/${NO_KEY}/credentials`, 'Calls Write', 404],
  ['POST', `/accounts/default/calls/turn_keys/${NO_KEY}/credentials/revoke`, 'Calls Write', 404],
  ['POST', '/accounts/default/calls/turn_credentials/decode', 'Calls Read', 400],
  ['GET', '/accounts/default/calls/turn_allocations', 'Calls Read', 200],
  ['GET', `/accounts/default/calls/turn_allocations/${NO_KEY}`, 'Calls Read', 404],
  ['DELETE', `/accounts/default/calls/turn_allocations/${NO_KEY}`, 'Calls Write', 404],
  // With a filter that cannot be, since a stream has no end.
  ['GET', '/accounts/default/calls/turn_allocations/stream?key_uid=x', 'Calls Read', 400],
  ['GET', '/accounts/default/calls/turn_live', 'Calls Read', 200],
  ['GET', '/accounts/default/calls/turn_live/stream', 'Calls Read', 200],
  ['GET', '/accounts/default/calls/limits', 'Calls Read', 200],
  ['PUT', '/accounts/default/calls/limits', 'installation', 200],
  ['DELETE', '/accounts/default/calls/limits', 'installation', 200],
  ['GET', `/accounts/default/calls/turn_keys/${NO_KEY}/limits`, 'Calls Read', 404],
  ['PUT', `/accounts/default/calls/turn_keys/${NO_KEY}/limits`, 'Calls Write', 404],
  ['DELETE', `/accounts/default/calls/turn_keys/${NO_KEY}/limits`, 'Calls Write', 404],
  ['GET', `/accounts/default/calls/turn_keys/${NO_KEY}/denied_peers`, 'Calls Read', 404],
  ['GET', '/accounts/default/calls/connection_tests', 'Calls Read', 200],
  ['POST', '/accounts/default/calls/connection_tests', 'Calls Write', 400],
  ['GET', `/accounts/default/calls/connection_tests/${NO_KEY}`, 'Calls Read', 404],
  ['DELETE', `/accounts/default/calls/connection_tests/${NO_KEY}`, 'Calls Write', 404],
  ['POST', '/connection_tests/open', 'anyone', 400],
  ['POST', '/connection_tests/result', 'anyone', 400],
  ['GET', '/accounts/default/calls/webhooks', 'Calls Write', 200],
  ['POST', '/accounts/default/calls/webhooks', 'Calls Write', 400],
  ['GET', `/accounts/default/calls/webhooks/${NO_KEY}`, 'Calls Write', 404],
  ['PUT', `/accounts/default/calls/webhooks/${NO_KEY}`, 'Calls Write', 404],
  ['DELETE', `/accounts/default/calls/webhooks/${NO_KEY}`, 'Calls Write', 404],
  ['POST', `/accounts/default/calls/webhooks/${NO_KEY}/test`, 'Calls Write', 404],
  ['POST', `/accounts/default/calls/webhooks/${NO_KEY}/roll`, 'Calls Write', 404],
  ['GET', `/accounts/default/calls/turn_keys/${NO_KEY}/shared_secrets`, 'Calls Read', 404],
  ['POST', `/accounts/default/calls/turn_keys/${NO_KEY}/shared_secrets`, 'Calls Write', 404],
  ['DELETE', `/accounts/default/calls/turn_keys/${NO_KEY}/shared_secrets/${NO_KEY}`, 'Calls Write', 404],
  ['GET', '/nodes', 'installation', 200],
  ['GET', '/settings', 'installation', 200],
  ['GET', '/accounts/default/tokens', 'account owner', 200],
  ['POST', '/accounts/default/tokens', 'account owner', 400],
  ['GET', `/accounts/default/tokens/${NO_KEY}`, 'account owner', 404],
  ['PUT', `/accounts/default/tokens/${NO_KEY}`, 'account owner', 404],
  ['DELETE', `/accounts/default/tokens/${NO_KEY}`, 'account owner', 404],
  ['GET', '/accounts/default/tokens/permission_groups', 'own account', 200],
  ['GET', '/accounts/default/audit_logs', 'Calls Read', 200],
  ['GET', '/user/audit_logs', 'installation', 200],
  ['GET', '/accounts/default/tokens/verify', 'own account', 200],
  ['GET', '/user/tokens/verify', 'any token', 200],
  ['GET', '/setup', 'anyone', 200],
  ['POST', '/setup', 'anyone', 400],
  ['POST', '/setup/link', 'installation', 201],
  ['POST', '/session', 'anyone', 400],
  ['POST', '/session/passkey/options', 'anyone', 200],
  ['POST', '/session/passkey', 'anyone', 400],
  ['GET', '/session', 'person', 200],
  ['DELETE', '/session', 'person', 200],
  ['GET', '/sessions', 'person', 200],
  ['DELETE', '/sessions', 'person', 200],
  ['DELETE', `/sessions/${NO_KEY}`, 'person', 404],
  ['GET', '/people', 'installation', 200],
  ['POST', '/people', 'installation', 400],
  ['PUT', `/people/${NO_KEY}`, 'installation', 404],
  ['DELETE', `/people/${NO_KEY}`, 'installation', 404],
  ['POST', '/invitations/accept', 'anyone', 400],
  ['PUT', '/person', 'person', 200],
  ['PUT', '/person/password', 'person', 400],
  ['POST', '/person/passkeys/options', 'person', 200],
  ['POST', '/person/passkeys', 'person', 400],
  ['GET', '/person/passkeys', 'person', 200],
  ['DELETE', `/person/passkeys/${NO_KEY}`, 'person', 404],
  // Without a range; with one it answers a file.
  ['GET', '/accounts/default/calls/usage.csv', 'Account Analytics Read', 400],
  // Without a query; which accounts a caller may query is tested below.
  ['POST', '/graphql', 'any token', 400],
] as const;

const TOKEN_OF_ALL = [
  'anyone',
  'any token',
  'own account',
  'Calls Read',
  'Calls Write',
  'Account Analytics Read',
] as const;
const PERSON = ['anyone', 'any token', 'person'] as const;

/** What the people among the callers are. */
const ROLES: Readonly<Partial<Record<Caller, PersonRole>>> = {
  viewer: { accountId: 'default' as AccountId, role: 'viewer' },
  operator: { accountId: '*', role: 'operator' },
  'owner of the account': { accountId: 'default' as AccountId, role: 'owner' },
  'owner of another account': { accountId: 'other' as AccountId, role: 'owner' },
  'owner of everything': { accountId: '*', role: 'owner' },
};

/** Which needs of a route each caller meets; who meets none of a known account is refused with 403, others with 401. */
const CALLERS = {
  'no token': { status: 401, meets: ['anyone'] },
  'wrong token': { status: 401, meets: ['anyone'] },
  'expired token': { status: 401, meets: ['anyone'] },
  'deleted token': { status: 401, meets: ['anyone'] },
  'token of another account': { status: 403, meets: ['anyone', 'any token'] },
  'Calls Read': { status: 403, meets: ['anyone', 'any token', 'own account', 'Calls Read'] },
  'Calls Write': { status: 403, meets: ['anyone', 'any token', 'own account', 'Calls Read', 'Calls Write'] },
  'Account Analytics Read': { status: 403, meets: ['anyone', 'any token', 'own account', 'Account Analytics Read'] },
  'admin token': {
    status: 403,
    meets: [...TOKEN_OF_ALL, 'account owner', 'installation'],
  },
  viewer: { status: 403, meets: [...PERSON, 'own account', 'Calls Read', 'Account Analytics Read'] },
  operator: { status: 403, meets: [...PERSON, ...TOKEN_OF_ALL] },
  'owner of the account': { status: 403, meets: [...PERSON, ...TOKEN_OF_ALL, 'account owner'] },
  'owner of another account': { status: 403, meets: PERSON },
  'owner of everything': { status: 403, meets: [...PERSON, ...TOKEN_OF_ALL, 'account owner', 'installation'] },
} as const satisfies Record<string, { status: number; meets: readonly string[] }>;

type Caller = keyof typeof CALLERS;

let elapsedMs = 0;
const clock: Clock = {
  now: () => elapsedMs as Instant,
  unixNow: () => (Date.UTC(2026, 0, 31) + elapsedMs) as UnixMs,
};
let installation: HttpInstallation;
const tokens = new Map<Caller, string>();

/** What a caller proves themselves with: a token, or a session that was begun for this one call. */
async function proveCaller(caller: Caller): Promise<Record<string, string>> {
  const token = tokens.get(caller);
  const role = ROLES[caller];
  if (role === undefined) {
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }
  const { control, url } = installation;
  // A person has so many sessions, of which the one used longest ago makes room: never the one that begins here.
  elapsedMs += 1;
  const email = `${caller.replaceAll(' ', '-')}@example.com`;
  return control.store.transact(async (session) => {
    const person = { id: email, name: caller, email, roles: [role], createdAt: clock.unixNow(), lastSeenAt: undefined };
    if ((await session.people.find(email)) === undefined) {
      await session.people.insert(person, undefined);
    }
    const signedIn = await openSession(session, control, person, { address: undefined, userAgent: undefined });
    const cookie = `taciturn_session=${signedIn.token}`;
    return { cookie, origin: url, 'x-csrf-token': signedIn.principal.csrf };
  });
}

async function call(method: string, path: string, token: string | undefined, body?: object) {
  return callAs(method, path, token === undefined ? {} : { authorization: `Bearer ${token}` }, body);
}

async function callAs(method: string, path: string, headers: Record<string, string>, body?: object) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${installation.url}/client/v4${path}`, { method, headers, ...content });
  if (response.headers.get('content-type') === 'text/event-stream') {
    // It has no end.
    await response.body?.cancel();
    return { status: response.status, errors: [], result: {} };
  }
  const answer = (await response.json()) as {
    readonly errors: readonly { readonly code: number; readonly message: string }[];
    readonly result: Readonly<Record<string, string>>;
  };
  return { status: response.status, ...answer };
}

async function makeToken(account: string, body: object): Promise<Readonly<Record<string, string>>> {
  const { status, result, errors } = await call('POST', `/accounts/${account}/tokens`, ADMIN_TOKEN, body);
  assert.equal(status, 200, JSON.stringify(errors));
  return result;
}

before(async () => {
  installation = await startHttpInstallation({ clock });
  for (const permission of PERMISSIONS) {
    tokens.set(permission, (await makeToken('default', { permissions: [permission] })).value as string);
  }
  const all = { permissions: PERMISSIONS };
  const { result: other } = await call('POST', '/accounts', ADMIN_TOKEN, { name: 'other' });
  tokens.set('token of another account', (await makeToken(other.id as string, all)).value as string);
  const expiring = await makeToken('default', { ...all, expires_on: '2026-01-31T00:00:01Z' });
  tokens.set('expired token', expiring.value as string);
  elapsedMs += 1000;
  const deleted = await makeToken('default', all);
  tokens.set('deleted token', deleted.value as string);
  assert.equal((await call('GET', '/user/tokens/verify', deleted.value)).status, 200);
  assert.equal((await call('DELETE', `/accounts/default/tokens/${deleted.id}`, ADMIN_TOKEN)).status, 200);
  tokens.set('wrong token', 'e'.repeat(64));
  tokens.set('admin token', ADMIN_TOKEN);
});

after(() => installation.stop());

for (const [method, path, need, allowedStatus] of ROUTES) {
  test(`${method} ${path} needs: ${need}`, async () => {
    for (const [caller, { status: refusedStatus, meets }] of Object.entries(CALLERS)) {
      const isAllowed = (meets as readonly string[]).includes(need);
      const { status, errors } = await callAs(method, path, await proveCaller(caller as Caller));
      assert.equal(status, isAllowed ? allowedStatus : refusedStatus, caller);
      assert.equal(status === 401 || status === 403, errors[0]?.code === 10000, caller);
    }
  });
}

test('usage of an account is for its tokens with Account Analytics Read', async () => {
  const query = '{ viewer { accounts(filter: {accountTag: "default"}) { callsTurnUsageAdaptiveGroups { count } } } }';
  for (const [caller, { status: refusedStatus, meets }] of Object.entries(CALLERS)) {
    const isAllowed = (meets as readonly string[]).includes('Account Analytics Read');
    const { status } = await callAs('POST', '/graphql', await proveCaller(caller as Caller), { query });
    assert.equal(status, isAllowed ? 200 : refusedStatus, caller);
  }
});

test('every operation of the management API is in the table above', () => {
  const { paths } = JSON.parse(installation.openApi) as { paths: Record<string, Record<string, unknown>> };
  const described = Object.entries(paths)
    .filter(([path]) => path.startsWith('/client/v4/'))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  const shape = (path: string) =>
    path
      .replace(/\/accounts\/(default|\{accountId\})/, '/accounts/*')
      .replace(
        /(turn_keys|turn_allocations|shared_secrets|webhooks|connection_tests|tokens|sessions|people|passkeys)\/(f{32}|\{\w+\})/g,
        '$1/*',
      );
  const tested = ROUTES.map(([method, path]) => shape(`${method} /client/v4${path.split('?', 1)[0]}`));
  assert.deepEqual(described.map(shape).toSorted(), tested.toSorted());
});

test('a token of one account cannot tell another account from one that does not exist', async () => {
  const token = tokens.get('token of another account');
  const { uid } = await createKey(installation);
  for (const path of ['', '/calls/turn_keys', `/calls/turn_keys/${uid}`, '/audit_logs', '/tokens/verify']) {
    const existing = await call('GET', `/accounts/default${path}`, token);
    const missing = await call('GET', `/accounts/nobody${path}`, token);
    assert.deepEqual(existing, missing, path);
    assert.equal(existing.status, 403);
  }
});

test('a refusal says what is missing', async () => {
  const { errors } = await call('POST', '/accounts/default/calls/turn_keys', tokens.get('Calls Read'));
  assert.match(errors[0]?.message ?? '', /lacks the permission "Calls Write"/);
});

test('the last use of a token is told, to the minute', async () => {
  const { id, value } = await makeToken('default', { permissions: ['Calls Read'] });
  const readLastUse = async () =>
    (await call('GET', `/accounts/default/tokens/${id}`, ADMIN_TOKEN)).result.last_used_on;
  assert.equal(await readLastUse(), undefined);
  const start = elapsedMs;
  for (const [usedAt, notedAt] of [
    [0, 0],
    [59_999, 0],
    [60_000, 60_000],
  ] as const) {
    elapsedMs = start + usedAt;
    assert.equal((await call('GET', '/accounts/default/calls/turn_keys', value)).status, 200);
    const noted = Date.parse((await readLastUse()) ?? '') - Date.UTC(2026, 0, 31) - start;
    assert.equal(noted, notedAt, `used ${usedAt} ms after the first time`);
  }
});
