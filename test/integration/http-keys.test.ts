import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN_TOKEN, createKey, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

interface Key {
  readonly uid: string;
  readonly key?: string;
  readonly name: string;
  readonly created: string;
  readonly modified: string;
}

interface Envelope<Result> {
  readonly success: boolean;
  readonly errors: readonly Record<string, unknown>[];
  readonly messages: readonly unknown[];
  readonly result: Result;
  readonly result_info?: unknown;
}

const KEYS = '/accounts/default/calls/turn_keys';
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;
const MAX_KEYS = 7;

let installation: HttpInstallation;

before(async () => {
  installation = await startHttpInstallation({ maxKeysPerAccount: MAX_KEYS });
});

after(() => installation.stop());

async function call<Result>(
  method: string,
  path: string,
  { status, body, authorization = `Bearer ${ADMIN_TOKEN}` }: { status: number; body?: unknown; authorization?: string },
): Promise<Envelope<Result>> {
  const response = await fetch(`${installation.url}/client/v4${path}`, {
    method,
    headers: authorization === '' ? {} : { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const envelope = (await response.json()) as Envelope<Result>;
  assert.equal(response.status, status, `${method} ${path}: ${JSON.stringify(envelope)}`);
  assert.equal(response.headers.get('www-authenticate'), status === 401 ? 'Bearer' : null);
  return envelope;
}

function failure(code: number, message: unknown, rest: object = {}) {
  return { success: false, errors: [{ code, message, ...rest }], messages: [], result: null };
}

async function removeAllKeys(): Promise<void> {
  const { result } = await call<Key[]>('GET', KEYS, { status: 200 });
  for (const { uid } of result) {
    await call('DELETE', `${KEYS}/${uid}`, { status: 200 });
  }
}

test('a key is made, read, renamed and deleted', async () => {
  const created = await call<Key>('POST', KEYS, { status: 201, body: { name: 'my-turn-key' } });
  const { key: token, ...item } = created.result;
  assert.deepEqual(created, { success: true, errors: [], messages: [], result: { ...item, key: token } });
  assert.deepEqual(Object.keys(item).toSorted(), ['created', 'modified', 'name', 'uid']);
  assert.match(item.uid, /^[0-9a-f]{32}$/);
  assert.match(String(token), /^[0-9a-f]{64}$/);
  assert.match(item.created, RFC3339);
  assert.equal(item.name, 'my-turn-key');

  const read = await call<Key>('GET', `${KEYS}/${item.uid}`, { status: 200 });
  assert.deepEqual(read, { success: true, errors: [], messages: [], result: item });

  const renamed = await call<Key>('PUT', `${KEYS}/${item.uid}`, { status: 200, body: { name: 'ü' } });
  assert.deepEqual(renamed.result, { ...item, name: 'ü', modified: renamed.result.modified });

  const deleted = await call<Key>('DELETE', `${KEYS}/${item.uid}`, { status: 200 });
  assert.deepEqual(deleted.result, renamed.result);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const gone = await call(method, `${KEYS}/${item.uid}`, { status: 404 });
    assert.deepEqual(gone, failure(2009, gone.errors[0]?.message));
  }
});

test('a deleted key makes no credentials', async () => {
  const { uid, token } = await createKey(installation);
  const generate = () =>
    fetch(`${installation.url}/v1/turn/keys/${uid}/credentials/generate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
  assert.equal((await generate()).status, 201);
  await call('DELETE', `${KEYS}/${uid}`, { status: 200 });
  assert.equal((await generate()).status, 401);
});

test('a name is optional, and a string of at most 256 bytes', async () => {
  const { result } = await call<Key>('POST', KEYS, { status: 201 });
  assert.equal(result.name, '');
  const unchanged = await call<Key>('PUT', `${KEYS}/${result.uid}`, { status: 200, body: {} });
  assert.deepEqual({ ...unchanged.result, key: result.key }, result);
  for (const name of [1, null, ['x'], 'x'.repeat(257), 'ü'.repeat(129), '\ud800']) {
    const refused = await call('PUT', `${KEYS}/${result.uid}`, { status: 400, body: { name } });
    const expected = failure(2006, refused.errors[0]?.message, { source: { pointer: '/name' } });
    assert.deepEqual(refused, expected);
  }
  const array = await call('POST', KEYS, { status: 400, body: ['name'] });
  assert.deepEqual(array, failure(2001, 'The body is not a JSON object.'));
  await removeAllKeys();
});

test('the list is newest first, without tokens, whole or in pages', async () => {
  const uids: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    uids.unshift((await createKey(installation)).uid);
  }
  const whole = await call<Key[]>('GET', KEYS, { status: 200 });
  assert.deepEqual(whole.result.map(({ uid }) => uid).toSorted(), uids.toSorted());
  assert.ok(whole.result.every((item) => !('key' in item)));
  const times = whole.result.map(({ created }) => created);
  assert.deepEqual(times, times.toSorted().toReversed());
  assert.deepEqual(whole.result_info, { page: 1, per_page: 1000, count: 5, total_count: 5, total_pages: 1 });

  const second = await call<Key[]>('GET', `${KEYS}?page=2&per_page=2`, { status: 200 });
  assert.deepEqual(second.result, whole.result.slice(2, 4));
  assert.deepEqual(second.result_info, { page: 2, per_page: 2, count: 2, total_count: 5, total_pages: 3 });
  const behind = await call<Key[]>('GET', `${KEYS}?page=9&per_page=2`, { status: 200 });
  assert.deepEqual(behind.result, []);

  for (const query of [
    'page=0',
    'page=-1',
    'page=x',
    'page=1.5',
    'page=',
    'per_page=0',
    'per_page=1001',
    'page=1&page=2',
  ]) {
    const refused = await call('GET', `${KEYS}?${query}`, { status: 400 });
    assert.deepEqual(
      refused.errors.map(({ code }) => code),
      [2007],
      query,
    );
  }
  await removeAllKeys();
});

test('one key more than allowed is a clear error', async () => {
  for (let n = 0; n < MAX_KEYS; n += 1) {
    await createKey(installation);
  }
  const refused = await call('POST', KEYS, { status: 409 });
  assert.equal(refused.errors[0]?.code, 2008);
  assert.match(String(refused.errors[0]?.message), /7 TURN keys/);
  await removeAllKeys();
  await call('POST', KEYS, { status: 201 });
});

test('an account that does not exist is not found', async () => {
  for (const account of ['f'.repeat(32), 'nobody', '%00', 'a%2Fb']) {
    const refused = await call('GET', `/accounts/${account}/calls/turn_keys`, { status: 404 });
    assert.equal(refused.errors[0]?.code, 7003, account);
  }
});

test('a token is verified', async () => {
  const verified = await call('GET', '/user/tokens/verify', { status: 200 });
  assert.deepEqual(verified, {
    success: true,
    errors: [],
    messages: [{ code: 10000, message: 'This API Token is valid and active' }],
    result: { id: '0'.repeat(32), status: 'active' },
  });
});

test('a missing, a malformed and a wrong token have the codes of Cloudflare', async () => {
  const { token } = await createKey(installation);
  for (const path of [KEYS, '/user/tokens/verify', `${KEYS}/nonsense`, '/accounts/nobody/calls/turn_keys']) {
    for (const authorization of ['', 'Bearer 0', `Bearer ${token}`, `Bearer ${ADMIN_TOKEN}x`]) {
      const refused = await call('GET', path, { status: 401, authorization });
      assert.deepEqual(refused, failure(10000, 'Authentication error'));
    }
    for (const authorization of [ADMIN_TOKEN, `Token ${ADMIN_TOKEN}`, 'Bearer', `Bearer ${ADMIN_TOKEN} x`]) {
      const refused = await call('GET', path, { status: 400, authorization });
      const chain = [{ code: 6111, message: 'Invalid format for Authorization header' }];
      assert.deepEqual(refused, failure(6003, 'Invalid request headers', { error_chain: chain }));
    }
  }
});

test('a key is rolled: both tokens issue and revoke for as long as they overlap', async () => {
  const { result: made } = await call<Key>('POST', KEYS, { status: 201 });
  const issue = async (token: string | undefined) => {
    const path = `/v1/turn/keys/${made.uid}/credentials/generate`;
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(installation.url + path, { method: 'POST', headers })).status;
  };
  const roll = async (body: object) =>
    (await call<Key & { previous_key_expires_on: string }>('POST', `${KEYS}/${made.uid}/roll`, { status: 200, body }))
      .result;
  const second = await roll({});
  assert.match(second.previous_key_expires_on, RFC3339);
  assert.equal(Date.parse(second.previous_key_expires_on) - Date.parse(second.modified), 3_600_000);
  assert.deepEqual([await issue(made.key), await issue(second.key)], [201, 201]);
  const third = await roll({ overlap_seconds: 60 });
  assert.deepEqual([await issue(made.key), await issue(second.key), await issue(third.key)], [401, 201, 201]);
  const fourth = await roll({ overlap_seconds: 0 });
  assert.deepEqual([await issue(second.key), await issue(third.key), await issue(fourth.key)], [401, 401, 201]);
  for (const overlap of [-1, 0.5, 2_592_001, '60']) {
    const path = `${KEYS}/${made.uid}/roll`;
    const { errors } = await call('POST', path, { status: 400, body: { overlap_seconds: overlap } });
    assert.deepEqual([errors[0]?.code, errors[0]?.source], [2021, { pointer: '/overlap_seconds' }]);
  }
  await call('DELETE', `${KEYS}/${made.uid}`, { status: 200 });
  await call('POST', `${KEYS}/${made.uid}/roll`, { status: 404 });
});
