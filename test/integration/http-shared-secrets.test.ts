import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nodeHashes } from '../../src/app/node-hashes.ts';
import { decodeUsername } from '../../src/contract/credential.ts';
import type { Username } from '../../src/contract/ids.ts';
import {
  ADMIN_TOKEN,
  type CreatedKey,
  createKey,
  type HttpInstallation,
  startHttpInstallation,
} from '../support/http-installation.ts';

const SECRET = 'a secret that Synapse knows';

let installation: HttpInstallation;
let key: CreatedKey;

before(async () => {
  installation = await startHttpInstallation();
  key = await createKey(installation);
});

after(() => installation.stop());

async function call(method: string, path: string, token: string | undefined, body?: unknown) {
  const response = await fetch(installation.url + path, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function callSecrets(method: string, rest = '', body?: unknown) {
  const path = `/client/v4/accounts/default/calls/turn_keys/${key.uid}/shared_secrets${rest}`;
  const { status, text } = await call(method, path, ADMIN_TOKEN, body);
  return { status, text, ...(JSON.parse(text) as { result: never; errors: readonly object[] }) };
}

test('a secret is shown once, when it is made, and never again: not in answers, the log, metrics or the database', async () => {
  const created = await callSecrets('POST', '', { name: 'synapse', secret: SECRET });
  const { id, created: createdAt } = created.result as { id: string; created: string };
  assert.equal(created.status, 201);
  assert.deepEqual(created.result, { id, name: 'synapse', created: createdAt, secret: SECRET });
  const item = { id, name: 'synapse', created: createdAt };
  const listed = await callSecrets('GET');
  assert.deepEqual([listed.status, listed.result], [200, [item]]);
  const again = await callSecrets('POST', '', { secret: SECRET });
  assert.equal(again.status, 409);
  assert.deepEqual(again.errors, [
    {
      code: 2037,
      message:
        'A TURN key of this installation has this shared secret already. Take another one, or leave it out to have one made.',
      source: { pointer: '/secret' },
    },
  ]);
  const deleted = await callSecrets('DELETE', `/${id}`);
  assert.deepEqual([deleted.status, deleted.result], [200, item]);
  const gone = await callSecrets('DELETE', `/${id}`);
  assert.deepEqual(
    [gone.status, gone.errors],
    [404, [{ code: 2038, message: 'The TURN key has no such shared secret.' }]],
  );
  const metrics = (await call('GET', '/metrics', undefined)).text;
  const log = await installation.control.store.changeLog.readAfter(0, 100);
  const said = [listed.text, again.text, deleted.text, metrics, JSON.stringify(log), ...installation.logLines].join(
    '\n',
  );
  assert.ok(
    !said.includes(SECRET) && !said.includes(Buffer.from(SECRET).toString('hex')),
    'the secret is not repeated',
  );
});

test('a secret that is none is refused, and not repeated', async () => {
  for (const secret of ['too short', 7, ['x'], `${'x'.repeat(20)}\n`]) {
    const { status, errors, text } = await callSecrets('POST', '', { secret });
    assert.equal(status, 400);
    assert.deepEqual(
      errors.map((error) => ({ ...error, message: '' })),
      [{ code: 2035, message: '', source: { pointer: '/secret' } }],
    );
    assert.ok(!text.includes(String(secret)));
  }
});

for (const method of ['GET', 'POST']) {
  test(`${method} /turn answers as the draft has it, for the key of the token`, async () => {
    const { status, headers, text } = await call(method, '/turn?service=turn&username=alice&key=ignored', key.token);
    const answer = JSON.parse(text) as { username: Username; password: string; ttl: number; uris: string[] };
    assert.equal(status, 200, text);
    assert.deepEqual(Object.keys(answer).toSorted(), ['password', 'ttl', 'uris', 'username']);
    assert.deepEqual(answer.uris, [
      'turn:turn.example.com:3478?transport=udp',
      'turn:turn.example.com:3478?transport=tcp',
      'turns:turn.example.com:5349?transport=tcp',
    ]);
    const claims = decodeUsername(nodeHashes, installation.control.installationKeys, answer.username);
    assert.deepEqual([claims?.keyUid, claims?.customIdentifier], [key.uid, 'alice']);
    assert.equal(Date.parse(headers.get('credential-expires') ?? ''), claims?.expiresAt);
    assert.ok(answer.ttl >= 86_399 && answer.ttl <= 86_400, `${answer.ttl} s`);
    assert.equal(headers.get('cache-control'), 'no-store');
  });
}

const REFUSED: readonly (readonly [
  what: string,
  query: string,
  token: () => string | undefined,
  status: number,
  code: string,
])[] = [
  ['no token', '?service=turn', () => undefined, 401, 'unauthorized'],
  ['a wrong token', '?service=turn', () => 'f'.repeat(64), 401, 'unauthorized'],
  ["the draft's key parameter alone", `?service=turn&key=${'f'.repeat(64)}`, () => undefined, 401, 'unauthorized'],
  ["the admin's token", '?service=turn', () => ADMIN_TOKEN, 401, 'unauthorized'],
  ['no service', '', () => key.token, 400, 'invalid_service'],
  ['another service', '?service=stun', () => key.token, 400, 'invalid_service'],
  ['a long user', `?service=turn&username=${'x'.repeat(65)}`, () => key.token, 400, 'invalid_custom_identifier'],
];
for (const [what, query, token, expected, code] of REFUSED) {
  test(`/turn with ${what} is ${expected}`, async () => {
    const { status, headers, text } = await call('GET', `/turn${query}`, token());
    assert.deepEqual([status, (JSON.parse(text) as { errorCode: string }).errorCode], [expected, code]);
    assert.equal(headers.get('www-authenticate'), expected === 401 ? 'Bearer' : null);
  });
}
