import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UnixMs } from '../../src/base/clock.ts';
import type { KeyUid, Username } from '../../src/contract/ids.ts';
import { ADMIN_TOKEN_ID } from '../../src/control/admin-token.ts';
import { AUDIT_ACTIONS, type AuditAction } from '../../src/control/audit-action.ts';
import { openInstallation } from '../../src/control/open-installation.ts';
import { createSetupToken } from '../../src/control/people/create-setup-token.ts';
import type { ControlPorts } from '../../src/control/ports.ts';
import { formatRfc3339 } from '../../src/control/rfc3339.ts';
import { ExampleRelay } from '../support/example-relay.ts';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const ACCOUNT = '/client/v4/accounts/default';
const KEYS = `${ACCOUNT}/calls/turn_keys`;
const WEBHOOKS = `${ACCOUNT}/calls/webhooks`;
const FORMER_MASTER_SECRET = '5'.repeat(64);
const PASSWORD = 'a few words together';
const MASTER_SECRET = '7'.repeat(64);

/** What the log is to say of one deed. */
interface Told {
  readonly resource: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** By default the installation's admin token. */
  readonly actor?: object;
  /** By default the account `default`; null for none. */
  readonly owner?: object | null;
}

const system = { type: 'system', id: '' };
const relay = new ExampleRelay();
/** Everything secret that the run has seen. */
const secrets = new Set([ADMIN_TOKEN, MASTER_SECRET, FORMER_MASTER_SECRET]);
let installation: HttpInstallation;
let uid = '';
let keyToken = '';
let webhookId = '';
let ada = { id: '', cookie: '', csrf: '' };
let bob = { id: '', link: '' };

async function call(method: string, path: string, body?: object, token = ADMIN_TOKEN) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(installation.url + path, { method, headers, ...content });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

async function issue(): Promise<string> {
  const { iceServers } = await call('POST', `/v1/turn/keys/${uid}/credentials/generate`, {}, keyToken);
  secrets.add(iceServers.credential);
  return iceServers.username;
}

function keep(secret: string): void {
  assert.ok(secret.length >= 16);
  secrets.add(secret);
}

/** One with what only its receiver should know in its path and query. */
async function makeWebhook(events: readonly string[]) {
  const path = 'c2VjcmV0IHBhdGggb2YgYSBob29r';
  const query = 'token=aSBhbSBhIHNlY3JldCB0b28';
  keep(path);
  keep(query);
  const made = await call('POST', WEBHOOKS, { url: `https://app.example/${path}?${query}`, events });
  keep(made.result.secret);
  return made;
}

/** Takes over what signing in answers, as a browser does. */
async function adopt(response: Response): Promise<void> {
  const { result } = (await response.json()) as { result: { person: { id: string }; csrf: string } };
  const cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  ada = { id: result.person.id, cookie, csrf: result.csrf };
  keep(cookie.split('=')[1] ?? '');
  keep(ada.csrf);
}

async function callAsAda(method: string, path: string, body?: object) {
  const headers = { cookie: ada.cookie, 'x-csrf-token': ada.csrf, origin: installation.url };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${installation.url}/client/v4${path}`, { method, headers, ...content });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return (await response.json()) as { result: [{ id: string }] };
}

async function invite(name: string): Promise<{ readonly id: string; readonly link: string }> {
  const roles = [{ account_id: 'default', role: 'viewer' }];
  const { result } = await call('POST', '/client/v4/people', { name, email: `${name}@example.com`, roles });
  keep(linkTokenOf(result));
  return result;
}

const linkTokenOf = ({ link }: { readonly link: string }): string => link.split('=')[1] ?? '';
const adaAsActor = () => ({ type: 'person', id: ada.id, name: 'Ada', ip: '127.0.0.1' });

/** An authenticator that is always right. */
const webauthn: Partial<ControlPorts['webauthn']> = {
  verifyRegistration: async () => ({ id: 'AQID', publicKey: 'AQID', counter: 0, transports: [] }),
};

async function makeConnectionTest() {
  const made = await call('POST', `${ACCOUNT}/calls/connection_tests`, { key_uid: uid });
  keep(made.result.link.split('#token=')[1]);
  return made;
}

/** Does each, in this order, and says what is to be told of it. */
const deeds: Record<AuditAction, () => Promise<Told>> = {
  installation_create: async () => {
    const { nodeId = '' } = (await installation.control.store.installation.read()) ?? {};
    return { resource: nodeId, actor: system, owner: null };
  },
  admin_token_replace: async () => ({ resource: ADMIN_TOKEN_ID, actor: system, owner: null }),
  account_create: async () => {
    const { result } = await call('POST', '/client/v4/accounts', { name: 'other' });
    return { resource: result.id, metadata: { name: 'other' }, owner: { id: result.id } };
  },
  account_limits_set: async () => {
    await call('PUT', `${ACCOUNT}/calls/limits`, { allocations_per_account: 7 });
    return { resource: 'default', metadata: { allocations_per_account: 7 } };
  },
  key_create: async () => {
    const { result } = await call('POST', KEYS, { name: 'web' });
    ({ uid, key: keyToken } = result);
    keep(keyToken);
    return { resource: uid, metadata: { name: 'web' } };
  },
  key_rename: async () => {
    await call('PUT', `${KEYS}/${uid}`, { name: 'app' });
    return { resource: uid, metadata: { name: 'app', previous_name: 'web' } };
  },
  key_limits_set: async () => {
    await call('PUT', `${KEYS}/${uid}/limits`, { allocations_per_credential: 2 });
    return { resource: uid, metadata: { allocations_per_credential: 2 } };
  },
  key_roll: async () => {
    const { result } = await call('POST', `${KEYS}/${uid}/roll`, { overlap_seconds: 60 });
    keyToken = result.key;
    keep(keyToken);
    return { resource: uid, metadata: { overlap_seconds: 60 } };
  },
  credential_create: async () => {
    const { result } = await call('POST', `${KEYS}/${uid}/credentials`, { ttl: 60 });
    keep(result.iceServers[1].credential);
    return { resource: result.username, metadata: { turn_key: uid, expires_on: result.expires_on } };
  },
  credential_revoke: async () => {
    const username = await issue();
    await call('POST', `/v1/turn/keys/${uid}/credentials/${username}/revoke`, undefined, keyToken);
    return { resource: username, metadata: { turn_key: uid }, actor: { type: 'turn_key', id: uid, ip: '127.0.0.1' } };
  },
  credentials_revoke: async () => {
    const issuedBefore = formatRfc3339(Date.now() as UnixMs);
    const body = { customIdentifier: 'alice', issuedBefore };
    await call('POST', `/v1/turn/keys/${uid}/credentials/revoke`, body, keyToken);
    const actor = { type: 'turn_key', id: uid, ip: '127.0.0.1' };
    const metadata = { custom_identifier: 'alice', issued_before: issuedBefore };
    return { resource: uid, metadata, actor };
  },
  shared_secret_create: async () => {
    const { result } = await call('POST', `${KEYS}/${uid}/shared_secrets`, { name: 'matrix' });
    keep(result.secret);
    return { resource: result.id, metadata: { name: 'matrix', turn_key: uid } };
  },
  shared_secret_delete: async () => {
    const secret = 'correct horse battery staple';
    keep(secret);
    const { result } = await call('POST', `${KEYS}/${uid}/shared_secrets`, { secret });
    await call('DELETE', `${KEYS}/${uid}/shared_secrets/${result.id}`);
    return { resource: result.id, metadata: { name: '', turn_key: uid } };
  },
  allocation_end: async () => {
    const username = (await issue()) as Username;
    relay.begin({ keyUid: uid as KeyUid, username, customIdentifier: '', startedAt: 0 as UnixMs });
    const { result } = await call('GET', `${ACCOUNT}/calls/turn_allocations`);
    await call('DELETE', `${ACCOUNT}/calls/turn_allocations/${result[0].id}`);
    return { resource: result[0].id };
  },
  token_create: async () => {
    const { result } = await call('POST', `${ACCOUNT}/tokens`, { name: 'deploy', permissions: ['Calls Write'] });
    keep(result.value);
    return { resource: result.id, metadata: { name: 'deploy', permissions: ['Calls Write'] } };
  },
  token_update: async () => {
    const { result } = await call('POST', `${ACCOUNT}/tokens`, { name: 'ci', permissions: ['Calls Read'] });
    keep(result.value);
    await call('PUT', `${ACCOUNT}/tokens/${result.id}`, { name: 'build', expires_on: '2099-01-01T00:00:00Z' });
    const names = { name: 'build', previous_name: 'ci' };
    const rest = { permissions: ['Calls Read'], expires_on: '2099-01-01T00:00:00Z' };
    return { resource: result.id, metadata: { ...names, ...rest } };
  },
  token_delete: async () => {
    const { result } = await call('POST', `${ACCOUNT}/tokens`, { name: 'gone', permissions: ['Calls Read'] });
    keep(result.value);
    await call('DELETE', `${ACCOUNT}/tokens/${result.id}`);
    return { resource: result.id, metadata: { name: 'gone' } };
  },
  connection_test_create: async () => {
    const { result } = await makeConnectionTest();
    const metadata = { turn_key: uid, expires_on: result.expires_on };
    return { resource: result.id, metadata };
  },
  connection_test_delete: async () => {
    const { result } = await makeConnectionTest();
    await call('DELETE', `${ACCOUNT}/calls/connection_tests/${result.id}`);
    return { resource: result.id, metadata: { turn_key: uid } };
  },
  webhook_create: async () => {
    const { result } = await makeWebhook(['allocation.ended']);
    webhookId = result.id;
    return { resource: webhookId, metadata: { host: 'app.example', events: ['allocation.ended'], enabled: true } };
  },
  webhook_update: async () => {
    await call('PUT', `${WEBHOOKS}/${webhookId}`, { events: ['limit.reached'], enabled: false });
    return { resource: webhookId, metadata: { host: 'app.example', events: ['limit.reached'], enabled: false } };
  },
  webhook_roll: async () => {
    const { result } = await call('POST', `${WEBHOOKS}/${webhookId}/roll`);
    keep(result.secret);
    return { resource: webhookId };
  },
  webhook_delete: async () => {
    const { result } = await makeWebhook(['allocation.ended']);
    await call('DELETE', `${WEBHOOKS}/${result.id}`);
    return { resource: result.id, metadata: { host: 'app.example' } };
  },
  key_delete: async () => {
    await call('DELETE', `${KEYS}/${uid}`);
    return { resource: uid, metadata: { name: 'app' } };
  },
  setup_link_create: async () => {
    const { result } = await call('POST', '/client/v4/setup/link');
    keep(linkTokenOf(result));
    const { nodeId = '' } = (await installation.control.store.installation.read()) ?? {};
    return { resource: nodeId, owner: null };
  },
  person_create: async () => {
    // A link that nobody asked for, as that of a start.
    const token = await createSetupToken(installation.control, { kind: 'system' });
    keep(token ?? '');
    keep(PASSWORD);
    const body = { token, name: 'Ada', email: 'ada@example.com', password: PASSWORD };
    const response = await fetch(`${installation.url}/client/v4/setup`, { method: 'POST', body: JSON.stringify(body) });
    await adopt(response);
    return { resource: ada.id, metadata: { name: 'Ada' }, actor: adaAsActor(), owner: null };
  },
  session_create: async () => {
    const [session] = (await callAsAda('GET', '/sessions')).result;
    return { resource: session.id, actor: adaAsActor(), owner: null };
  },
  passkey_create: async () => {
    await callAsAda('POST', '/person/passkeys', { name: 'phone', response: { id: 'AQID', response: {} } });
    return { resource: 'AQID', metadata: { name: 'phone' }, actor: adaAsActor(), owner: null };
  },
  passkey_delete: async () => {
    await callAsAda('DELETE', '/person/passkeys/AQID');
    return { resource: 'AQID', actor: adaAsActor(), owner: null };
  },
  person_password_change: async () => {
    await callAsAda('PUT', '/person/password', { current: PASSWORD, new: `${PASSWORD} more` });
    return { resource: ada.id, actor: adaAsActor(), owner: null };
  },
  person_invite: async () => {
    bob = await invite('Bob');
    return { resource: bob.id, metadata: { name: 'Bob', roles: ['default viewer'] }, owner: null };
  },
  person_join: async () => {
    const body = { token: linkTokenOf(bob), password: PASSWORD };
    await call('POST', '/client/v4/invitations/accept', body);
    const actor = { type: 'person', id: bob.id, name: 'Bob', ip: '127.0.0.1' };
    return { resource: bob.id, metadata: { name: 'Bob' }, actor, owner: null };
  },
  person_update: async () => {
    await call('PUT', `/client/v4/people/${bob.id}`, { name: 'Rob' });
    return { resource: bob.id, metadata: { name: 'Rob', roles: ['default viewer'] }, owner: null };
  },
  person_delete: async () => {
    const { id } = await invite('Eve');
    await call('DELETE', `/client/v4/people/${id}`);
    return { resource: id, metadata: { name: 'Eve' }, owner: null };
  },
  session_delete: async () => {
    const [session] = (await callAsAda('GET', '/sessions')).result;
    await callAsAda('DELETE', '/session');
    const body = JSON.stringify({ email: 'ada@example.com', password: `${PASSWORD} more` });
    await adopt(await fetch(`${installation.url}/client/v4/session`, { method: 'POST', body }));
    return { resource: session.id, actor: adaAsActor(), owner: null };
  },
  sessions_delete: async () => {
    await callAsAda('DELETE', '/sessions');
    return { resource: ada.id, actor: adaAsActor(), owner: null };
  },
  master_secret_replace: async () => {
    const masterSecretFile = { path: 'none', read: async () => undefined, write: async () => undefined };
    const masterSecret = `${MASTER_SECRET},${FORMER_MASTER_SECRET}`;
    const settings = { maxTtlSeconds: 172_800, adminToken: ADMIN_TOKEN, masterSecret };
    const { nodeId } = await openInstallation({ ...installation.control, masterSecretFile }, settings);
    return { resource: nodeId, actor: system, owner: null };
  },
};

const told = new Map<string, Told>();

before(async () => {
  installation = await startHttpInstallation({
    live: relay,
    wrapControl: (control) => ({ ...control, webauthn: { ...control.webauthn, ...webauthn } }),
  });
  for (const [action, act] of Object.entries(deeds)) {
    told.set(action, await act());
  }
});

after(() => installation.stop());

async function readLog(query: string) {
  return (await call('GET', `/client/v4/user/audit_logs?${query}`)).result;
}

test('every action is done here', () => {
  assert.deepEqual(Object.keys(deeds).toSorted(), Object.keys(AUDIT_ACTIONS).toSorted());
});

for (const action of Object.keys(deeds) as AuditAction[]) {
  test(`the log tells of ${action}: who, what, whose, and nothing else`, async () => {
    const { resource, metadata = {}, actor, owner } = told.get(action) as Told;
    const [entry, ...more] = await readLog(`action.type=${action}&resource.id=${resource}`);
    assert.deepEqual(more, [], 'it is told once');
    const { id: _id, when: _when, ...rest } = entry;
    const expectedActor = actor ?? { type: 'admin', id: ADMIN_TOKEN_ID, ip: '127.0.0.1' };
    assert.deepEqual(rest, {
      action: { type: action, result: true },
      actor: expectedActor,
      resource: { type: AUDIT_ACTIONS[action], id: resource },
      ...(owner === null ? {} : { owner: owner ?? { id: 'default' } }),
      interface: actor === system ? 'system' : 'API',
      metadata,
    });
  });
}

test('no secret that the run has seen is in the log, nor in what was logged', async () => {
  assert.ok(secrets.size >= 12, String(secrets.size));
  const log = JSON.stringify(await readLog('per_page=1000'));
  const lines = installation.logLines.join('\n');
  for (const secret of secrets) {
    assert.equal(log.includes(secret), false);
    assert.equal(lines.includes(secret), false);
  }
});
