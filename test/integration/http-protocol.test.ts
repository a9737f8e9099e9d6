import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { StoreError } from '../../src/control/errors.ts';
import type { ControlPorts } from '../../src/control/ports.ts';
import { exchangeRaw } from '../support/exchange-raw.ts';
import { ADMIN_TOKEN, createKey, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };

let installation: HttpInstallation;

before(async () => {
  installation = await startHttpInstallation();
});

after(() => installation.stop());

function replaceInStore(control: ControlPorts, replacement: Partial<ControlPorts['store']>): ControlPorts {
  return { ...control, store: Object.assign(Object.create(control.store), replacement) };
}

function request(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${installation.url}${path}`, init);
}

test('a path without a route is 404, in the format of the API that it belongs to', async () => {
  for (const path of ['/nothing', '/v1/turn/keys', '/v1', '/client/v40', '/client']) {
    const response = await request(path);
    assert.equal(response.status, 404, path);
    assert.deepEqual(await response.json(), { errorCode: 'unknown_route', errorDescription: 'No route for that URI' });
  }
  for (const path of ['/client/v4', '/client/v4/zones', '/client/v4?x=/']) {
    const response = await request(path);
    assert.equal(response.status, 404, path);
    const errors = [{ code: 7000, message: 'No route for that URI' }];
    assert.deepEqual(await response.json(), { success: false, errors, messages: [], result: null });
  }
});

test('the format is that of the API however the path is written', async () => {
  for (const target of [
    '/%63lient/v4/user/tokens/verify',
    'http://x/client/v4/user/tokens/verify',
    'http://x/client/v4/y',
  ]) {
    const answer = await exchangeRaw(
      installation.port,
      `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 40[14] .*\r\n\r\n\{"success":false,/s, target);
  }
});

test('another method is 405, with those that the path has', async () => {
  const routes: [string, string, string][] = [
    ['GET', '/v1/turn/keys/x/credentials/generate', 'POST'],
    ['DELETE', '/v1/turn/keys/x/credentials/revoke', 'POST'],
    ['PUT', '/v1/turn/keys/x/credentials/u/revoke', 'POST'],
    ['OPTIONS', '/v1/turn/keys/x/credentials/username/u/revoke', 'POST'],
    ['PATCH', '/client/v4/accounts/default/calls/turn_keys', 'GET, HEAD, POST'],
    ['POST', '/client/v4/accounts/default/calls/turn_keys/x', 'DELETE, GET, HEAD, PUT'],
    ['POST', '/client/v4/user/tokens/verify', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/', 'GET, HEAD'],
  ];
  for (const [method, path, allow] of routes) {
    const response = await request(path, { method });
    assert.equal(response.status, 405, path);
    assert.equal(response.headers.get('allow'), allow, path);
    const body = (await response.json()) as { errorCode?: string; errors?: { code: number }[] };
    assert.ok(body.errorCode === 'method_not_allowed' || body.errors?.[0]?.code === 7001, path);
  }
});

test('HEAD answers as GET does, without the body', async () => {
  for (const path of ['/', '/healthz', '/metrics', '/openapi.json', '/client/v4/accounts/default/calls/turn_keys']) {
    const response = await request(path, { method: 'HEAD', headers: admin });
    assert.equal(response.status, 200, path);
    assert.equal(await response.text(), '');
  }
});

test('a body of 64 KiB is read, one byte more is 413', async () => {
  const { uid, token } = await createKey(installation);
  const path = `/v1/turn/keys/${uid}/credentials/generate`;
  const headers = { authorization: `Bearer ${token}` };
  const body = (bytes: number) => `{"x": "${'x'.repeat(bytes - 9)}"}`;
  const most = await request(path, { method: 'POST', headers, body: body(65_536) });
  assert.equal(most.status, 201);
  const more = await request(path, { method: 'POST', headers, body: body(65_537) });
  assert.equal(more.status, 413);
  assert.match(await more.text(), /"body_too_large"/);
  const chunk = 'x'.repeat(0x8000);
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunked = await exchangeRaw(installation.port, head + `8000\r\n${chunk}\r\n`.repeat(3));
  assert.match(chunked, /^HTTP\/1\.1 413 /, 'a body of unknown length');
  assert.match(chunked, /\r\nconnection: close\r\n/i);
});

test('every answer forbids caching, framing and guessing', async () => {
  for (const path of ['/', '/healthz', '/nothing', '/openapi.json', '/client/v4/user/tokens/verify', '/%zz']) {
    const { headers } = await request(path);
    assert.equal(headers.get('cache-control'), 'no-store', path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('x-frame-options'), 'DENY', path);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
  }
});

test('a path that is wrongly encoded or far too long finds nothing', async () => {
  const wrong = await request('/v1/turn/keys/%zz/credentials/generate', { method: 'POST' });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /"invalid_request"/);
  const long = await request(`/client/v4/accounts/${'x'.repeat(3000)}/calls/turn_keys`, { headers: admin });
  assert.equal(long.status, 404);
  assert.match(await long.text(), /"code":7000/);
});

test('bytes that are no HTTP are 400, and a header that is too large is 431', async () => {
  const garbage = await exchangeRaw(installation.port, 'garbage\r\n\r\n');
  assert.match(garbage, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.match(garbage, /\r\ncache-control: no-store\r\n/);
  assert.match(garbage, /\r\n\r\n\{"errorCode":"invalid_request",/);
  const large = await exchangeRaw(installation.port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`);
  assert.match(large, /^HTTP\/1\.1 431 .*"headers_too_large"/s);
});

test('a slow header and a slow body are 408', async () => {
  const slow = await startHttpInstallation({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 300 } });
  try {
    const header = await exchangeRaw(slow.port, 'GET / HTTP/1.1\r\nHost: x\r\n');
    assert.match(header, /^HTTP\/1\.1 408 .*"request_timeout"/s);
    const { uid, token } = await createKey(slow);
    const head = `POST /v1/turn/keys/${uid}/credentials/generate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`;
    const body = await exchangeRaw(slow.port, `${head}Content-Length: 10\r\n\r\n{`);
    assert.match(body, /^HTTP\/1\.1 408 .*"request_timeout"/s);
  } finally {
    await slow.stop();
  }
});

test('a connection above the limit is closed', async () => {
  const small = await startHttpInstallation({ limits: { connections: 1 } });
  try {
    const held = connect(small.port, '127.0.0.1');
    await new Promise((resolve) => held.once('connect', resolve));
    const refused = await exchangeRaw(small.port, '').catch(() => '');
    assert.equal(refused, '');
    held.destroy();
  } finally {
    await small.stop();
  }
});

test('health, readiness, metrics and the greeting', async () => {
  const health = await request('/healthz');
  assert.deepEqual([health.status, await health.json()], [200, { status: 'alive' }]);
  const ready = await request('/readyz');
  assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ready' }]);
  installation.reasonsNotReady.push('draining');
  const draining = await request('/readyz');
  assert.deepEqual([draining.status, await draining.json()], [503, { status: 'not ready', reasons: ['draining'] }]);
  assert.equal((await request('/healthz')).status, 200);
  installation.reasonsNotReady.pop();

  const metrics = await request('/metrics');
  assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain; version=/);
  const text = await metrics.text();
  assert.match(text, /^taciturn_http_requests_total\{method="GET",route="\/healthz",status="200"\} \d+$/m);
  assert.match(text, /^taciturn_build_info\{version="0\.0\.0",/m);
  assert.match(text, /^process_cpu_seconds_total /m);

  const greeting = await request('/');
  assert.match(await greeting.text(), /^Taciturn 0\.0\.0.*\/openapi\.json/s);
});

test('no answer lets a page of another origin read it, unless the configuration names the origin', async () => {
  const origin = 'https://app.example';
  const path = '/v1/turn/keys/x/credentials/generate';
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  };
  const off = await request(path, { method: 'OPTIONS', headers: preflight });
  assert.equal(off.status, 405);
  assert.equal(off.headers.get('access-control-allow-origin'), null);

  const open = await startHttpInstallation({ corsOrigins: [origin] });
  try {
    const allowed = await fetch(open.url + path, { method: 'OPTIONS', headers: preflight });
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get('access-control-allow-origin'), origin);
    assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /Authorization/);
    const failed = await fetch(open.url + path, { method: 'POST', headers: { origin } });
    assert.equal(failed.status, 401);
    assert.equal(failed.headers.get('access-control-allow-origin'), origin, 'a page can read why it failed');
    assert.match(failed.headers.get('access-control-expose-headers') ?? '', /Credential-Expires/);
    const other = await fetch(open.url + path, { method: 'POST', headers: { origin: 'https://evil.example' } });
    assert.equal(other.headers.get('access-control-allow-origin'), null);
  } finally {
    await open.stop();
  }
});

test('requests of one token are limited, and those of another are not', async () => {
  const limited = await startHttpInstallation({ limits: { requestsPerTokenPerMinute: 3 } });
  try {
    const [one, two] = [await createKey(limited), await createKey(limited)];
    const generate = ({ uid, token } = one) =>
      fetch(`${limited.url}/v1/turn/keys/${uid}/credentials/generate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
    for (const status of [201, 201, 201, 429]) {
      assert.equal((await generate()).status, status);
    }
    const excess = await generate();
    const seconds = Number(excess.headers.get('retry-after'));
    assert.ok(seconds >= 1 && seconds <= 60, `Retry-After: ${seconds}`);
    assert.match(await excess.text(), /"too_many_requests"/);
    assert.equal((await generate(two)).status, 201);
  } finally {
    await limited.stop();
  }
});

test('requests without a valid token are limited by address, and delay nobody else', async () => {
  const limited = await startHttpInstallation({
    limits: { requestsPerAddressPerMinute: 2 },
    isTrustedProxy: (address) => address === '127.0.0.1',
  });
  try {
    const verify = (token: string, client = '192.0.2.1') =>
      fetch(`${limited.url}/client/v4/user/tokens/verify`, {
        headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': client },
      });
    for (const status of [401, 401, 429]) {
      assert.equal((await verify('wrong')).status, status);
    }
    const excess = await verify('wrong');
    assert.match(await excess.text(), /"code":2013/);
    assert.equal((await fetch(`${limited.url}/nothing`, { headers: { 'x-forwarded-for': '192.0.2.1' } })).status, 429);
    assert.equal((await verify(ADMIN_TOKEN)).status, 200, 'a valid token from the same address');
    assert.equal((await verify('wrong', '192.0.2.2')).status, 401, 'another client behind the same proxy');
    for (const [client, status] of [
      ['2001:db8::1', 401],
      ['2001:db8::2', 401],
      ['2001:DB8:0:0:ffff::3', 429],
      ['2001:db8:0:1::1', 401],
      ['::ffff:192.0.2.1', 429],
    ] as const) {
      assert.equal((await verify('wrong', client)).status, status, client);
    }
    assert.equal((await fetch(`${limited.url}/healthz`)).status, 200);
  } finally {
    await limited.stop();
  }
});

test('a failing store is 503 and a bug is 500, and neither tells the client about our insides', async () => {
  let failure: Error = new StoreError('disk-full', 'no space left in /var/lib/secret-folder');
  const broken = await startHttpInstallation({
    wrapControl: (control) => replaceInStore(control, { transact: () => Promise.reject(failure) }),
  });
  try {
    const create = () => {
      const path = '/client/v4/accounts/default/calls/turn_keys';
      return fetch(broken.url + path, { method: 'POST', headers: admin });
    };
    const full = await create();
    assert.equal(full.status, 503);
    assert.match(await full.text(), /"code":2503,"message":"The service cannot/);
    failure = new TypeError('undefined is not secret-folder');
    const bug = await create();
    assert.equal(bug.status, 500);
    const text = await bug.text();
    assert.match(text, /"code":2500/);
    assert.doesNotMatch(text, /secret-folder/);
    assert.equal(broken.logLines.filter((line) => line.includes('secret-folder')).length, 2, 'the log has both');
  } finally {
    await broken.stop();
  }
});

test('an answer that takes too long is 503', async () => {
  const findByHash = () => new Promise<undefined>(() => {});
  const stuck = await startHttpInstallation({
    limits: { answerTimeoutMs: 50 },
    wrapControl: (control) => replaceInStore(control, { tokens: { ...control.store.tokens, findByHash } }),
  });
  try {
    const response = await fetch(`${stuck.url}/client/v4/user/tokens/verify`, { headers: admin });
    assert.equal(response.status, 503);
    assert.match(await response.text(), /"code":2503/);
  } finally {
    await stuck.stop();
  }
});

test('closing answers what is under way, and ends idle connections', async () => {
  const arrival = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<undefined>();
  const findByHash = () => {
    arrival.resolve();
    return gate.promise;
  };
  const closing = await startHttpInstallation({
    wrapControl: (control) => replaceInStore(control, { tokens: { ...control.store.tokens, findByHash } }),
  });
  await (await fetch(`${closing.url}/healthz`)).text();
  const pending = fetch(`${closing.url}/client/v4/user/tokens/verify`, { headers: admin });
  await arrival.promise;
  const stopped = closing.stop();
  gate.resolve(undefined);
  assert.equal((await pending).status, 401);
  await stopped;
  await assert.rejects(fetch(`${closing.url}/healthz`));
});

test('no log line holds a token, a username or a credential', async () => {
  const { uid, token } = await createKey(installation);
  const headers = { authorization: `Bearer ${token}` };
  const base = `/v1/turn/keys/${uid}/credentials`;
  const response = await request(`${base}/generate`, { method: 'POST', headers });
  const { username, credential } = ((await response.json()) as { iceServers: Record<string, string> }).iceServers;
  await request(`${base}/${username}/revoke`, { method: 'POST', headers });
  const log = installation.logLines.join('');
  assert.match(log, /"route":"\/v1\/turn\/keys\/:keyUid\/credentials\/:username\/revoke","status":204/);
  for (const secret of [ADMIN_TOKEN, token, username, credential]) {
    assert.ok(secret !== undefined && !log.includes(secret));
  }
});
