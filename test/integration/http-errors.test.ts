import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import Cloudflare from 'cloudflare';
import { ADMIN_TOKEN, createKey, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const ACCOUNT = '/client/v4/accounts/default';
const KEYS = `${ACCOUNT}/calls/turn_keys`;
const NOBODY = 'f'.repeat(32);
const READER = 'a token with Calls Read';

interface Provocation {
  readonly what: string;
  readonly method?: string;
  readonly path: string;
  /** The admin token, unless it is another. */
  readonly token?: string;
  readonly body?: string;
  readonly expected: string;
}

let installation: HttpInstallation;
let limited: HttpInstallation;
/** Status and number of each name in the table of docs/reference/errors.md. */
let table: ReadonlyMap<string, readonly [status: number, code: number]>;
const tokens = new Map<string, string>();

before(async () => {
  installation = await startHttpInstallation({ maxKeysPerAccount: 1 });
  limited = await startHttpInstallation({ limits: { requestsPerTokenPerMinute: 1, requestsPerAddressPerMinute: 1 } });
  const text = await readFile(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \| \S/gm)];
  table = new Map(rows.map(([, name = '', status, code]) => [name, [Number(status), Number(code)]]));
  const { uid, token } = await createKey(installation);
  tokens.set(uid, token).set('KEY', uid);
  const made = await send(installation, {
    method: 'POST',
    path: `${ACCOUNT}/tokens`,
    body: '{"permissions": ["Calls Read"]}',
  });
  tokens.set(READER, ((await made.json()) as { result: { value: string } }).result.value);
});

after(() => Promise.all([installation.stop(), limited.stop()]));

function send({ url }: HttpInstallation, { method = 'GET', path, token = ADMIN_TOKEN, body }: Partial<Provocation>) {
  const uid = tokens.get('KEY') ?? '';
  const bearer = token === 'KEY' ? tokens.get(uid) : (tokens.get(token) ?? token);
  const headers = { authorization: `Bearer ${bearer}` };
  return fetch(url + path?.replace('KEY', uid), { method, headers, ...(body === undefined ? {} : { body }) });
}

async function assertDocumented(response: Response, name: string): Promise<void> {
  const documented = table.get(name);
  assert.notEqual(documented, undefined, `${name} is in the table`);
  const answer = (await response.json()) as { errorCode?: string; errors?: readonly { code: number }[] };
  const told = answer.errors === undefined ? answer.errorCode : answer.errors[0]?.code;
  const expected = answer.errors === undefined ? name : documented?.[1];
  assert.deepEqual([response.status, told], [documented?.[0], expected]);
}

const generate = { method: 'POST', path: '/v1/turn/keys/KEY/credentials/generate', token: 'KEY' };
const tooLarge = JSON.stringify({ name: 'x'.repeat(65_536) });
const restricted = JSON.stringify({ permissions: ['Calls Read'], condition: { request_ip: {} } });

const provocations: readonly Provocation[] = [
  { what: 'a wrong token', path: KEYS, token: 'wrong', expected: 'unauthorized' },
  { what: 'a wrong key token', ...generate, token: 'wrong', expected: 'unauthorized' },
  { what: 'a missing permission', method: 'POST', path: KEYS, token: READER, expected: 'forbidden' },
  { what: 'another account', path: '/client/v4/accounts/other', token: READER, expected: 'forbidden' },
  { what: 'no route', path: '/client/v4/zones', expected: 'unknown_route' },
  { what: 'no route outside the API', path: '/nothing', expected: 'unknown_route' },
  { what: 'no account', path: '/client/v4/accounts/nobody', expected: 'unknown_account' },
  { what: 'no key', method: 'DELETE', path: `${KEYS}/${NOBODY}`, expected: 'unknown_key' },
  { what: 'no token', path: `${ACCOUNT}/tokens/${NOBODY}`, expected: 'unknown_token' },
  { what: 'no username', ...generate, path: '/v1/turn/keys/KEY/credentials/x/revoke', expected: 'unknown_username' },
  { what: 'another method', method: 'PATCH', path: KEYS, expected: 'method_not_allowed' },
  { what: 'one key too many', method: 'POST', path: KEYS, expected: 'key_limit_reached' },
  { what: 'a body too large', method: 'POST', path: KEYS, body: tooLarge, expected: 'body_too_large' },
  { what: 'a body too large', ...generate, body: tooLarge, expected: 'body_too_large' },
  {
    what: 'a restriction that nothing enforces',
    method: 'POST',
    path: `${ACCOUNT}/tokens`,
    body: restricted,
    expected: 'unsupported_restriction',
  },
];

for (const { what, expected, ...request } of provocations) {
  test(`${what} at ${request.path} is ${expected}, as documented`, async () => {
    await assertDocumented(await send(installation, request), expected);
  });
}

test('too many requests, with a token and without, are 429 with when to try again', async () => {
  const verify = { path: '/client/v4/user/tokens/verify' };
  for (const request of [verify, { ...verify, token: 'wrong' }, { path: '/nothing' }]) {
    await send(limited, request);
    const response = await send(limited, request);
    assert.match(response.headers.get('retry-after') ?? '', /^([1-9]|[1-5]\d|60)$/);
    await assertDocumented(response, 'too_many_requests');
  }
});

test('the official client does not repeat what a conflict refused', async () => {
  const client = new Cloudflare({ apiToken: ADMIN_TOKEN, baseURL: `${installation.url}/client/v4`, maxRetries: 2 });
  const lines = () => installation.logLines.filter((line) => line.includes('"status":409')).length;
  const before = lines();
  await assert.rejects(client.calls.turn.create({ account_id: 'default' }), Cloudflare.ConflictError);
  assert.equal(lines() - before, 1);
});
