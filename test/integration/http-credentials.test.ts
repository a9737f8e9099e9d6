import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Change } from '../../src/contract/change.ts';
import { decodeUsername, deriveCredential } from '../../src/contract/credential.ts';
import type { KeyUid, Username } from '../../src/contract/ids.ts';
import type { IceListener } from '../../src/http/ice-server-urls.ts';
import { exchangeRaw } from '../support/exchange-raw.ts';
import {
  type CreatedKey,
  createKey,
  type HttpInstallation,
  startHttpInstallation,
} from '../support/http-installation.ts';

interface Issued {
  readonly username: string;
  readonly credential: string;
}

const STUN_URLS = ['stun:turn.example.com:3478'];
const TURN_URLS = [
  'turn:turn.example.com:3478?transport=udp',
  'turn:turn.example.com:3478?transport=tcp',
  'turns:turn.example.com:5349?transport=tcp',
];

let installation: HttpInstallation;
let key: CreatedKey;
let otherKey: CreatedKey;

before(async () => {
  installation = await startHttpInstallation();
  key = await createKey(installation);
  otherKey = await createKey(installation);
});

after(() => installation.stop());

function post(path: string, init: RequestInit = {}, { uid, token } = key): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
  return fetch(`${installation.url}/v1/turn/keys/${uid}/credentials/${path}`, { method: 'POST', ...init, headers });
}

function postJson(path: string, body: unknown, asKey = key): Promise<Response> {
  return post(path, { body: JSON.stringify(body) }, asKey);
}

async function issue(body: unknown = {}): Promise<Issued> {
  const response = await postJson('generate', body);
  assert.equal(response.status, 201);
  const { iceServers } = (await response.json()) as { iceServers: Issued };
  return iceServers;
}

async function listChanges(): Promise<readonly Change[]> {
  const { store, clock } = installation.control;
  const held: Change[] = [];
  await store.changeLog.snapshot(clock.unixNow(), (changes) => held.push(...changes));
  return held;
}

async function readErrorCode(response: Response): Promise<unknown> {
  const { errorCode, errorDescription, ...rest } = (await response.json()) as Record<string, unknown>;
  assert.equal(typeof errorDescription, 'string');
  assert.deepEqual(rest, {});
  return errorCode;
}

test('generate-ice-servers answers what RTCPeerConnection takes', async () => {
  const response = await postJson('generate-ice-servers', { ttl: 86_400, customIdentifier: 'user4523958' });
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const answer = (await response.json()) as { iceServers: [{ urls: string[] }, Issued] };
  const { username, credential } = answer.iceServers[1];
  assert.deepEqual(answer, { iceServers: [{ urls: STUN_URLS }, { urls: TURN_URLS, username, credential }] });
  assert.match(username, /^[0-9a-f]{118}$/);
  assert.match(credential, /^[0-9a-f]{96}$/);
});

test('generate answers one object with all URLs', async () => {
  const response = await postJson('generate', {});
  assert.equal(response.status, 201);
  const answer = (await response.json()) as { iceServers: Issued };
  const { username, credential } = answer.iceServers;
  assert.deepEqual(answer, { iceServers: { urls: [...STUN_URLS, ...TURN_URLS], username, credential } });
  assert.match(username, /^[0-9a-f]{96}$/);
});

test('the credential is the one that a relay derives, and its username says when it expires', async () => {
  const response = await postJson('generate', { ttl: 600, customIdentifier: 'ü' });
  const { username, credential } = ((await response.json()) as { iceServers: Issued }).iceServers;
  const { hashes, installationKeys } = installation.control;
  const claims = decodeUsername(hashes, installationKeys, username as Username);
  assert.equal(claims?.customIdentifier, 'ü');
  assert.equal(claims.keyUid, key.uid);
  assert.equal(
    response.headers.get('credential-expires'),
    new Date(claims.expiresAt).toISOString().replace('.000', ''),
  );
  assert.equal(credential, deriveCredential(hashes, installationKeys[0], key.uid as KeyUid, username as Username));
});

test('ttl: whole seconds from 1, cut to the maximum, a day when missing', async () => {
  const lifetimes: [unknown, number][] = [
    [{}, 86_400],
    [{ ttl: 1 }, 1],
    [{ ttl: 60.0 }, 60],
    [{ ttl: 172_800 }, 172_800],
    [{ ttl: 172_801 }, 172_800],
    [{ ttl: 864_000 }, 172_800],
    [{ ttl: Number.MAX_VALUE }, 172_800],
  ];
  for (const [body, seconds] of lifetimes) {
    const before = Date.now();
    const response = await postJson('generate', body);
    assert.equal(response.status, 201, JSON.stringify(body));
    const expires = Date.parse(response.headers.get('credential-expires') ?? '');
    const lifetime = expires - before;
    assert.ok(lifetime >= seconds * 1000 && lifetime < seconds * 1000 + 3000, `${JSON.stringify(body)}: ${lifetime}`);
  }
  for (const ttl of ['0', '-1', '1.5', '"60"', 'null', 'true', '[60]', '{}', '1e400']) {
    const response = await post('generate', { body: `{"ttl": ${ttl}}` });
    assert.equal(response.status, 400, ttl);
    assert.equal(await readErrorCode(response), 'invalid_ttl', ttl);
  }
});

test('customIdentifier: a string of at most 64 bytes of UTF-8', async () => {
  for (const customIdentifier of ['', 'a', 'x'.repeat(64), 'ü'.repeat(32), '💬'.repeat(16)]) {
    const response = await postJson('generate', { customIdentifier });
    assert.equal(response.status, 201, customIdentifier);
  }
  const refused = ['1', 'null', '["a"]', `"${'x'.repeat(65)}"`, `"${'ü'.repeat(33)}"`, '"\\ud800"'];
  for (const text of refused) {
    const response = await post('generate', { body: `{"customIdentifier": ${text}}` });
    assert.equal(response.status, 400, text);
    assert.equal(await readErrorCode(response), 'invalid_custom_identifier', text);
  }
});

test('a body is JSON whatever its content type says', async () => {
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'garbage',
    ' ',
  ];
  for (const type of types) {
    const response = await post('generate', { body: '{"ttl": 60}', headers: { 'content-type': type } });
    assert.equal(response.status, 201, type);
    const expires = Date.parse(response.headers.get('credential-expires') ?? '');
    assert.ok(expires - Date.now() < 62_000, `${type}: the body was not read`);
  }
});

test('a body without a content type, in chunks, or empty is read too', async () => {
  const bytes = await post('generate', { body: Buffer.from('{"ttl": 0}') });
  assert.equal(bytes.status, 400, 'without a content type');
  const missing = await post('generate', { headers: { 'content-type': 'application/json' } });
  assert.equal(missing.status, 201, 'an empty body');
  const head = `POST /v1/turn/keys/${key.uid}/credentials/generate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key.token}\r\nConnection: close\r\n`;
  assert.match(await exchangeRaw(installation.port, `${head}\r\n`), /^HTTP\/1\.1 201 /, 'neither length nor body');
  const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ttl\r\n5\r\n": 0}\r\n0\r\n\r\n`;
  assert.match(await exchangeRaw(installation.port, chunked), /"invalid_ttl"/, 'chunks');
});

test('a body that is no JSON object is refused; unknown members are ignored', async () => {
  for (const body of ['{', 'null', '[]', '"x"', '1', 'ttl=60', '{"ttl": 60} x']) {
    const response = await post('generate', { body });
    assert.equal(response.status, 400, body);
    assert.equal(await readErrorCode(response), 'invalid_body', body);
  }
  const response = await post('generate', { body: '{"ttl": 60, "extra": [1], "__proto__": {"ttl": 0}}' });
  assert.equal(response.status, 201);
});

test('every refused token and key gets the same answer', async () => {
  const { uid } = key;
  const refused: [string, string, Record<string, string>][] = [
    ['a missing token', uid, { authorization: '' }],
    ['another scheme', uid, { authorization: `Basic ${key.token}` }],
    ['a malformed token', uid, { authorization: `Bearer ${key.token} x` }],
    ['a wrong token', uid, { authorization: `Bearer ${'0'.repeat(64)}` }],
    ["another key's token", uid, { authorization: `Bearer ${otherKey.token}` }],
    ['an unknown key', 'f'.repeat(32), {}],
    ['a malformed key', 'nonsense', {}],
    ['a key in upper case', uid.toUpperCase(), {}],
  ];
  const answers = new Set<string>();
  for (const [what, asUid, headers] of refused) {
    const response = await post('generate', { headers }, { uid: asUid, token: key.token });
    assert.equal(response.status, 401, what);
    assert.equal(response.headers.get('www-authenticate'), 'Bearer', what);
    answers.add(await response.text());
  }
  assert.deepEqual(
    [...answers].map((text) => JSON.parse(text).errorCode),
    ['unauthorized'],
  );
});

test('a token is checked before the body is', async () => {
  const response = await post('generate', { body: '{' }, { uid: key.uid, token: 'wrong' });
  assert.equal(response.status, 401);
});

test('a username is revoked by both paths, again and again', async () => {
  const { username } = await issue({ customIdentifier: 'x'.repeat(64) });
  for (const path of [`${username}/revoke`, `username/${username}/revoke`, `${username}/revoke`]) {
    const response = await post(path, { body: 'not looked at' });
    assert.equal(response.status, 204, path);
    assert.equal(await response.text(), '');
  }
  const changes = await listChanges();
  const revoked = changes.filter((change) => change.kind === 'username-revoked' && change.username === username);
  assert.equal(revoked.length, 1);
});

test('a username that this key did not issue is not found', async () => {
  const { username } = await issue();
  const foreign = [
    username.toUpperCase(),
    `${username.slice(0, -1)}z`,
    'x',
    '%00',
    'f'.repeat(96),
    '1700000000%3Auser',
  ];
  for (const name of foreign) {
    const response = await post(`${name}/revoke`);
    assert.equal(response.status, 404, name);
    assert.equal(await readErrorCode(response), 'unknown_username', name);
  }
  const response = await post(`${username}/revoke`, {}, otherKey);
  assert.equal(await readErrorCode(response), 'unknown_username', "another key's username");
});

test('many credentials are revoked by identifier, by moment, or by both', async () => {
  const moment = Math.trunc(Date.now() / 1000) * 1000;
  const issuedBefore = new Date(moment + 3_600_000).toISOString().replace('.000Z', '+01:00');
  for (const body of [{ customIdentifier: 'bulk' }, { issuedBefore }, { customIdentifier: 'both', issuedBefore }]) {
    const response = await postJson('revoke', body, otherKey);
    assert.equal(response.status, 204, JSON.stringify(body));
  }
  const changes = await listChanges();
  const revoked = changes.filter((change) => change.kind === 'credentials-revoked');
  assert.deepEqual(
    new Set(revoked.map(({ customIdentifier, issuedBefore: before }) => `${customIdentifier} ${before === moment}`)),
    new Set(['bulk false', 'null true', 'both true']),
  );
});

test('a bulk revocation says what it wants', async () => {
  const refused: [unknown, string][] = [
    [{}, 'nothing_to_revoke'],
    [{ customIdentifier: '' }, 'invalid_custom_identifier'],
    [{ customIdentifier: 'x'.repeat(65) }, 'invalid_custom_identifier'],
    [{ issuedBefore: 1_700_000_000 }, 'invalid_issued_before'],
    [{ issuedBefore: 'yesterday' }, 'invalid_issued_before'],
    [{ issuedBefore: '1969-12-31T23:59:59Z' }, 'invalid_issued_before'],
    [[], 'invalid_body'],
  ];
  for (const [body, code] of refused) {
    const response = await postJson('revoke', body);
    assert.equal(response.status, 400, JSON.stringify(body));
    assert.equal(await readErrorCode(response), code, JSON.stringify(body));
  }
});

test('only what is listened on is listed, and without a listener there is no credential', async () => {
  const listeners: IceListener[] = [];
  const starting = await startHttpInstallation({ listeners });
  try {
    const { uid, token } = await createKey(starting);
    const generate = () =>
      fetch(`${starting.url}/v1/turn/keys/${uid}/credentials/generate-ice-servers`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
    const early = await generate();
    assert.equal(early.status, 503);
    assert.equal(await readErrorCode(early), 'unavailable');
    listeners.push({ transport: 'tls', port: 443 });
    const { iceServers } = (await (await generate()).json()) as { iceServers: { urls: string[] }[] };
    assert.deepEqual(
      iceServers.map(({ urls }) => urls),
      [['turns:turn.example.com:443?transport=tcp']],
    );
  } finally {
    await starting.stop();
  }
});
