import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN_TOKEN, createKey, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const ACCOUNT = '/client/v4/accounts/default';

let installation: HttpInstallation;
let keyLimits: string;
let accountToken: string;

interface Answer {
  readonly errors: readonly { readonly code: number; readonly message: string; readonly source?: object }[];
  readonly result: {
    readonly limits: Readonly<Record<string, { readonly value: number; readonly source: string }>>;
    readonly month_egress_bytes: number;
    readonly is_blocked: boolean;
    readonly value: string;
  };
}

async function call(method: string, path: string, token = ADMIN_TOKEN, body?: object) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(installation.url + path, { method, headers, ...content });
  return { status: response.status, ...((await response.json()) as Answer) };
}

before(async () => {
  installation = await startHttpInstallation();
  keyLimits = `${ACCOUNT}/calls/turn_keys/${(await createKey(installation)).uid}/limits`;
  const { result } = await call('POST', `${ACCOUNT}/tokens`, ADMIN_TOKEN, { permissions: ['Calls Write'] });
  accountToken = result.value;
});

after(() => installation.stop());

test('the installation limits an account, and the account its keys below that', async () => {
  const set = await call('PUT', `${ACCOUNT}/calls/limits`, ADMIN_TOKEN, { allocations_per_key: 10 });
  assert.equal(set.status, 200, JSON.stringify(set.errors));
  assert.deepEqual(set.result.limits.allocations_per_key, { value: 10, source: 'account' });
  const own = await call('PUT', keyLimits, accountToken, { allocations_per_key: 5 });
  assert.deepEqual(own.result.limits.allocations_per_key, { value: 5, source: 'key' });
  assert.equal(own.result.is_blocked, false);
  const above = await call('PUT', keyLimits, accountToken, { allocations_per_key: 11 });
  assert.equal(above.status, 400);
  assert.equal(above.errors[0]?.code, 2046);
  assert.deepEqual(above.errors[0]?.source, { pointer: '/allocations_per_key' });
  assert.equal((await call('PUT', `${ACCOUNT}/calls/limits`, accountToken, {})).status, 403);
  assert.equal((await call('DELETE', `${ACCOUNT}/calls/limits`, accountToken)).status, 403);
  const reset = await call('DELETE', keyLimits, accountToken);
  assert.deepEqual(reset.result.limits.allocations_per_key, { value: 10, source: 'account' });
  await call('DELETE', `${ACCOUNT}/calls/limits`);
  assert.deepEqual((await call('GET', keyLimits, accountToken)).result.limits.allocations_per_key, {
    value: 0,
    source: 'default',
  });
});

test('a limit that there is not, or that is no number within its range, is refused by its name', async () => {
  for (const [body, pointer] of [
    [{ allocations: 1 }, '/allocations'],
    [{ allocations_per_key: '1' }, '/allocations_per_key'],
    [{ allocations_per_key: -1 }, '/allocations_per_key'],
  ] as const) {
    const { status, errors } = await call('PUT', `${ACCOUNT}/calls/limits`, ADMIN_TOKEN, body);
    assert.deepEqual([status, errors[0]?.code, errors[0]?.source], [400, 2045, { pointer }]);
  }
});
