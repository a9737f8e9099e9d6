import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ADMIN_TOKEN,
  type CreatedKey,
  createKey,
  type HttpInstallation,
  startHttpInstallation,
} from '../support/http-installation.ts';

const COLLECTION = '/accounts/default/calls/connection_tests';
const HOSTILE = '<img src=x onerror=alert(1)>\u202e\u0007';

let installation: HttpInstallation;
let key: CreatedKey;

async function call(method: string, path: string, body?: object, token: string | undefined = undefined) {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${installation.url}/client/v4${path}`, { method, headers, ...content });
  const { result, errors } = (await response.json()) as {
    readonly result: never;
    readonly errors: readonly { readonly code: number; readonly source?: { readonly pointer: string } }[];
  };
  return {
    status: response.status,
    result: result as Item,
    code: errors[0]?.code,
    pointer: errors[0]?.source?.pointer,
  };
}

interface Item {
  readonly id: string;
  readonly link: string;
  readonly uses: number;
  readonly result_count: number;
  readonly iceServers: readonly { readonly urls: readonly string[]; readonly username?: string }[];
  readonly results: readonly {
    readonly received_on?: string;
    readonly user_agent: string;
    readonly paths: readonly object[];
  }[];
}

const callAsAdmin = (method: string, path: string, body?: object) => call(method, path, body, ADMIN_TOKEN);

async function makeLink(): Promise<{ readonly id: string; readonly token: string }> {
  const { status, result } = await callAsAdmin('POST', COLLECTION, { key_uid: key.uid });
  assert.equal(status, 201);
  const [, token = ''] = /^\/connection-test#token=([0-9a-f]{64})$/.exec(result.link) ?? [];
  return { id: result.id, token };
}

before(async () => {
  installation = await startHttpInstallation();
  key = await createKey(installation);
});

after(() => installation.stop());

test('whoever has the link gets a credential without signing in, and its results reach who made it', async () => {
  const { id, token } = await makeLink();
  const opened = await call('POST', '/connection_tests/open', { token });
  assert.equal(opened.status, 201);
  const urls = opened.result.iceServers.flatMap((server) => server.urls);
  assert.deepEqual(urls, [
    'stun:turn.example.com:3478',
    'turn:turn.example.com:3478?transport=udp',
    'turn:turn.example.com:3478?transport=tcp',
    'turns:turn.example.com:5349?transport=tcp',
  ]);
  const report = {
    user_agent: HOSTILE,
    paths: urls.map((url) => ({
      url,
      outcome: 'works',
      candidates: [{ type: 'relay', protocol: 'udp', address: HOSTILE }],
      allocate_ms: 1.5,
      round_trip_ms: 2,
      throughput_bits: 1e9,
      error: HOSTILE,
    })),
  };
  assert.equal((await call('POST', '/connection_tests/result', { token, result: report })).status, 200);
  const { result } = await callAsAdmin('GET', `${COLLECTION}/${id}`);
  const [{ received_on: _when, ...kept } = {}] = result.results;
  assert.deepEqual(kept, report, 'as it came, in text that nobody takes for markup');
  assert.deepEqual([result.uses, result.result_count], [1, 1]);
});

test('a result has these members alone, of these kinds', async () => {
  const { id, token } = await makeLink();
  const path = { url: 'turn:a', outcome: 'works', candidates: [] };
  for (const result of [
    {},
    [],
    { user_agent: '', paths: [], more: 1 },
    { user_agent: '', paths: Array.from({ length: 21 }, () => path) },
    { user_agent: '', paths: [{ ...path, more: 1 }] },
    { user_agent: '', paths: [{ ...path, outcome: 'splendid' }] },
    { user_agent: '', paths: [{ ...path, allocate_ms: -1 }] },
    { user_agent: '', paths: [{ ...path, error: 'x'.repeat(201) }] },
    { user_agent: '', paths: [{ ...path, candidates: [{ type: 'relay', protocol: 'sctp' }] }] },
  ]) {
    const { status, code, pointer } = await call('POST', '/connection_tests/result', { token, result });
    assert.deepEqual([status, code, pointer], [400, 2095, '/result'], JSON.stringify(result));
  }
  assert.deepEqual((await callAsAdmin('GET', `${COLLECTION}/${id}`)).result.results, []);
});

test('a deleted test opens nothing, and what it gave is revoked', async () => {
  const { id, token } = await makeLink();
  const { result } = await call('POST', '/connection_tests/open', { token });
  const { username } = result.iceServers[1] ?? {};
  const decode = async () =>
    (await callAsAdmin('POST', '/accounts/default/calls/turn_credentials/decode', { username })).result as unknown as {
      readonly custom_identifier: string;
      readonly revoked: boolean;
    };
  const given = await decode();
  assert.deepEqual([given.custom_identifier, given.revoked], [`connection-test-${id}`, false]);
  assert.equal((await callAsAdmin('DELETE', `${COLLECTION}/${id}`)).status, 200);
  assert.equal((await decode()).revoked, true);
  const again = await call('POST', '/connection_tests/open', { token });
  assert.deepEqual([again.status, again.code], [404, 2093]);
  assert.equal((await callAsAdmin('GET', `${COLLECTION}/${id}`)).code, 2090);
});

test('the token of a link is in no list and in no log', async () => {
  const { id, token } = await makeLink();
  await call('POST', '/connection_tests/open', { token });
  const listed = await callAsAdmin('GET', COLLECTION);
  assert.ok(JSON.stringify(listed).includes(id));
  assert.equal(JSON.stringify(listed).includes(token), false);
  assert.equal(installation.logLines.join('\n').includes(token), false);
});

test('who tries tokens is slowed down by address', async () => {
  const strict = await startHttpInstallation({ limits: { requestsPerAddressPerMinute: 2 } });
  try {
    const open = async () => {
      const url = `${strict.url}/client/v4/connection_tests/open`;
      return (await fetch(url, { method: 'POST', body: JSON.stringify({ token: 'f'.repeat(64) }) })).status;
    };
    assert.deepEqual([await open(), await open(), await open()], [404, 404, 429]);
  } finally {
    await strict.stop();
  }
});
