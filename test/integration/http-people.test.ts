import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSetupToken } from '../../src/control/people/create-setup-token.ts';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const PASSWORD = 'a few words together';
const ADA = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };
const KEYS = '/accounts/default/calls/turn_keys';

let installation: HttpInstallation;
/** The owner's cookie and CSRF token. */
let ada: Browser;

interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly code: number | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for.
  readonly result: any;
}

async function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object,
): Promise<Answer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${installation.url}/client/v4${path}`, { method, headers, ...content });
  const { errors, result } = (await response.json()) as { errors: { code: number }[]; result: unknown };
  return { status: response.status, headers: response.headers, code: errors[0]?.code, result };
}

/** As a page of the service's own would call. */
function callAs({ cookie, csrf }: Browser, method: string, path: string, body?: object): Promise<Answer> {
  return call(method, path, { cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' }, body);
}

function toBrowser({ headers, result }: Answer): Browser {
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, csrf: result.csrf };
}

async function signIn(email: string, password: string): Promise<Browser> {
  return toBrowser(await call('POST', '/session', {}, { email, password }));
}

before(async () => {
  installation = await startHttpInstallation({ isTrustedProxy: () => true });
  assert.deepEqual((await call('GET', '/setup')).result, { needed: true });
  const token = await createSetupToken(installation.control, { kind: 'system' });
  const answer = await call('POST', '/setup', {}, { ...ADA, token });
  assert.equal(answer.status, 201);
  assert.match(
    answer.headers.get('set-cookie') ?? '',
    /^taciturn_session=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/$/,
  );
  ada = toBrowser(answer);
});

after(() => installation.stop());

test('the set-up happens once', async () => {
  assert.deepEqual((await call('GET', '/setup')).result, { needed: false });
  assert.equal((await call('POST', '/setup', {}, { ...ADA, token: '0'.repeat(64) })).status, 409);
  const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };
  assert.equal((await call('POST', '/setup/link', admin)).status, 409);
});

test('a session is who it is, and no secret is in any answer or log line', async () => {
  const { result, status } = await callAs(ada, 'GET', '/session');
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(result, {
    person: { name: 'Ada', email: 'ada@example.com', has_password: true, passkeys: 0 },
    accounts: [{ id: 'default', role: 'owner' }],
    csrf: ada.csrf,
  });
  const { result: people } = await callAs(ada, 'GET', '/people');
  const told = JSON.stringify([result, people, installation.logLines]);
  for (const secret of [PASSWORD, ada.cookie.split('=')[1] as string, '$argon2id']) {
    assert.ok(!told.includes(secret));
  }
});

test('signing in fails alike for a wrong password and an unknown email', async () => {
  const wrong = await call('POST', '/session', {}, { email: ADA.email, password: 'wrong' });
  const unknown = await call('POST', '/session', {}, { email: 'nobody@example.com', password: 'wrong' });
  assert.deepEqual([wrong.status, wrong.code, wrong.headers.get('set-cookie')], [401, 2074, null]);
  assert.deepEqual([unknown.status, unknown.code], [401, 2074]);
});

test('too many attempts for one email are answered 429 with Retry-After', async () => {
  const attempt = () => call('POST', '/session', {}, { email: 'eve@example.com', password: 'wrong' });
  for (let i = 0; i < 10; i += 1) {
    assert.equal((await attempt()).status, 401);
  }
  const { status, code, headers } = await attempt();
  assert.deepEqual([status, code], [429, 2076]);
  assert.ok(Number(headers.get('retry-after')) > 800);
});

test('a cookie changes nothing for another site’s page, or without the session’s token', async () => {
  const { cookie, csrf } = ada;
  const own = { cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' };
  const withOrigin = (origin: string) => ({ cookie, 'x-csrf-token': csrf, origin });
  const attacks: readonly Record<string, string>[] = [
    { ...own, 'sec-fetch-site': 'same-site' },
    { ...own, 'sec-fetch-site': 'cross-site' },
    { ...own, 'sec-fetch-site': 'none' },
    { ...own, 'x-csrf-token': '' },
    { ...own, 'x-csrf-token': csrf.replace(/./, (digit) => (digit === '0' ? '1' : '0')) },
    { cookie, 'sec-fetch-site': 'same-origin' },
    { cookie, 'x-csrf-token': csrf },
    withOrigin('https://evil.example'),
    withOrigin('null'),
    withOrigin(`http://127.0.0.1:${installation.port + 1}`),
  ];
  for (const headers of attacks) {
    const { status, code } = await call('POST', KEYS, headers, {});
    assert.deepEqual([status, code], [403, 2077], JSON.stringify(Object.keys(headers)));
  }
  assert.equal((await call('POST', KEYS, own, {})).status, 201);
  assert.equal((await call('POST', KEYS, withOrigin(installation.url), {})).status, 201);
  assert.equal((await call('GET', KEYS, { cookie })).status, 200);
  const login = { email: ADA.email, password: PASSWORD };
  assert.equal((await call('POST', '/session', { 'sec-fetch-site': 'cross-site' }, login)).status, 403);
  assert.equal((await call('POST', '/session', { origin: 'https://evil.example' }, login)).status, 403);
});

test('a request with Authorization ignores the cookie, good or bad', async () => {
  const { cookie } = ada;
  assert.equal((await call('GET', KEYS, { cookie, authorization: `Bearer ${'e'.repeat(64)}` })).status, 401);
  assert.equal((await call('POST', KEYS, { cookie, authorization: `Bearer ${ADMIN_TOKEN}` }, {})).status, 201);
});

test('a cookie that was tampered with, planted or doubled is nobody’s', async () => {
  const { cookie } = ada;
  const other = `taciturn_session=${'f'.repeat(64)}`;
  for (const value of [
    other,
    `${cookie}; ${other}`,
    `${other}; ${cookie}`,
    cookie.toUpperCase(),
    `${cookie}0`,
    `x${cookie}`,
  ]) {
    assert.equal((await call('GET', '/session', { cookie: value })).status, 401, value);
  }
  assert.equal((await call('GET', '/session', { cookie: `a=b; ${cookie}; ${cookie}` })).status, 200);
});

test('over TLS the cookie is this host’s alone, and no other is taken', async () => {
  const tls = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' };
  const answer = await call('POST', '/session', tls, { email: ADA.email, password: PASSWORD });
  assert.match(
    answer.headers.get('set-cookie') ?? '',
    /^__Host-taciturn_session=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/; Secure$/,
  );
  const { cookie } = toBrowser(answer);
  assert.equal((await call('GET', '/session', { ...tls, cookie })).status, 200);
  assert.equal((await call('GET', '/session', { ...tls, cookie: cookie.replace('__Host-', '') })).status, 401);
  assert.equal((await call('GET', '/session', { cookie })).status, 401);
});

test('a person is invited, joins, is demoted and deleted', async () => {
  const bob = { name: 'Bob', email: 'bob@example.com', roles: [{ account_id: 'default', role: 'operator' }] };
  const { status, result } = await callAs(ada, 'POST', '/people', bob);
  assert.equal(status, 201);
  assert.match(result.link, /^\/invite#token=[0-9a-f]{64}$/);
  const [, token] = result.link.split('=');
  const joined = await call('POST', '/invitations/accept', {}, { token, password: PASSWORD });
  assert.equal(joined.status, 201);
  const browser = toBrowser(joined);
  assert.equal((await callAs(browser, 'POST', KEYS, {})).status, 201);
  assert.equal((await callAs(browser, 'GET', '/people')).status, 403);
  const viewer = { roles: [{ account_id: 'default', role: 'viewer' }] };
  assert.equal((await callAs(ada, 'PUT', `/people/${result.id}`, viewer)).status, 200);
  assert.equal((await callAs(browser, 'GET', KEYS)).status, 401, 'the demotion ended the session');
  const again = await signIn(bob.email, PASSWORD);
  assert.equal((await callAs(again, 'POST', KEYS, {})).status, 403);
  const { result: log } = await callAs(ada, 'GET', `/user/audit_logs?actor.id=${result.id}`);
  assert.deepEqual(
    log.map(({ action, actor }: { action: { type: string }; actor: object }) => [action.type, actor]).at(-1),
    ['person_join', { type: 'person', id: result.id, name: 'Bob', ip: '127.0.0.1' }],
  );
  assert.equal((await callAs(ada, 'DELETE', `/people/${result.id}`)).status, 200);
  assert.equal((await callAs(again, 'GET', '/session')).status, 401);
  const { result: session } = await callAs(ada, 'GET', '/session');
  assert.equal((await callAs(ada, 'DELETE', `/people/${session.person.id}`)).code, 2079);
});

test('sessions are listed, ended one by one, and everywhere', async () => {
  const [first, second, third] = [
    await signIn(ADA.email, PASSWORD),
    await signIn(ADA.email, PASSWORD),
    await signIn(ADA.email, PASSWORD),
  ];
  const { result: sessions } = await callAs(first, 'GET', '/sessions');
  assert.equal(sessions.filter(({ current }: { current: boolean }) => current).length, 1);
  const own = (await callAs(second, 'GET', '/sessions')).result.find(({ current }: { current: boolean }) => current);
  assert.equal((await callAs(first, 'DELETE', `/sessions/${own.id}`)).status, 200);
  assert.equal((await callAs(second, 'GET', '/session')).status, 401);
  const signedOut = await callAs(third, 'DELETE', '/session');
  assert.match(signedOut.headers.get('set-cookie') ?? '', /^taciturn_session=;.*Max-Age=0$/);
  assert.equal((await callAs(third, 'GET', '/session')).status, 401);
  const change = await callAs(first, 'PUT', '/person/password', { current: PASSWORD, new: 'another few words' });
  assert.equal(change.status, 200);
  assert.equal((await callAs(ada, 'GET', '/session')).status, 401, 'a new password ends the other sessions');
  assert.equal((await callAs(first, 'DELETE', '/sessions')).status, 200);
  assert.equal((await callAs(first, 'GET', '/session')).status, 401);
});
