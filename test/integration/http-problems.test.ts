import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIVE_STREAMS_PER_TOKEN_MAX } from '../../src/base/limits.ts';
import type { OpenApiDocument } from '../../src/http/docs/openapi-document.ts';
import { PROBLEM_KINDS } from '../../src/http/problem-codes.ts';
import { EventReader } from '../support/event-reader.ts';
import {
  ADMIN_TOKEN,
  type CreatedKey,
  createKey,
  type HttpInstallation,
  startHttpInstallation,
} from '../support/http-installation.ts';

const ACCOUNT = '/client/v4/accounts/default';

let installation: HttpInstallation;
let key: CreatedKey;

before(async () => {
  installation = await startHttpInstallation();
  key = await createKey(installation);
});

after(() => installation.stop());

/** The name of the problem that a request meets, whichever of the two APIs tells it. */
async function provoke(method: string, path: string, body?: object): Promise<string | undefined> {
  const token = path.startsWith('/client/v4/') ? ADMIN_TOKEN : key.token;
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const url = installation.url + path.replace('KEY', key.uid);
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` }, ...content });
  const answer = (await response.json()) as { errorCode?: string; errors?: readonly { code: number }[] };
  const code = answer.errors?.[0]?.code;
  const named = Object.entries(PROBLEM_KINDS).find(
    ([, kind]) => kind.envelopeCode === code && kind.status === response.status,
  );
  return answer.errorCode ?? named?.[0];
}

/** Members of one name are of one kind within a route, and not over all routes. */
const twice = (name: string) => `${name}=x&${name}=y`;
const collisions: readonly (readonly [method: string, path: string, problem: string, body?: object])[] = [
  ['GET', `${ACCOUNT}/calls/usage.csv?${twice('since')}`, 'invalid_usage_range'],
  ['GET', `${ACCOUNT}/calls/usage.csv?since=2026-01-01&${twice('until')}`, 'invalid_usage_range'],
  ['GET', `${ACCOUNT}/audit_logs?${twice('since')}`, 'invalid_filter'],
  ['GET', `${ACCOUNT}/audit_logs?${twice('cursor')}`, 'invalid_cursor'],
  ['GET', `${ACCOUNT}/calls/turn_allocations?${twice('cursor')}`, 'invalid_cursor'],
  ['GET', `${ACCOUNT}/calls/turn_allocations?per_page=1001`, 'invalid_page'],
  ...['key_uid', 'custom_identifier', 'username', 'client_address', 'relay_address', 'peer_address'].flatMap((name) =>
    ['', '/stream'].map(
      (rest) => ['GET', `${ACCOUNT}/calls/turn_allocations${rest}?${twice(name)}`, 'invalid_filter'] as const,
    ),
  ),
  ['GET', `/turn?service=turn&${twice('username')}`, 'invalid_custom_identifier'],
  ['GET', `/turn?${twice('service')}`, 'invalid_service'],
  ['POST', '/v1/turn/keys/KEY/credentials/generate', 'invalid_ttl', { ttl: '60' }],
  ['POST', '/v1/turn/keys/KEY/credentials/revoke', 'invalid_issued_before', { issuedBefore: 1 }],
  ['POST', `${ACCOUNT}/calls/turn_keys/KEY/shared_secrets`, 'invalid_secret', { secret: 1 }],
  ['POST', `${ACCOUNT}/calls/webhooks`, 'invalid_webhook_events', { url: 'https://a.example/', events: 1 }],
  ['POST', '/client/v4/graphql', 'invalid_body', { query: 1 }],
];

for (const [method, path, problem, body] of collisions) {
  test(`${method} ${path} is ${problem}`, async () => {
    assert.equal(await provoke(method, path, body), problem);
  });
}

test('no member of a query that does not match is told as part of a body', async () => {
  const { paths } = JSON.parse(installation.openApi) as OpenApiDocument;
  let count = 0;
  for (const [template, methods] of Object.entries(paths)) {
    const path = template.replace('{accountId}', 'default').replace('{keyUid}', key.uid);
    for (const [method, { operationId, parameters = [] }] of Object.entries(methods)) {
      for (const { name } of parameters.filter((parameter) => parameter.in === 'query')) {
        const problem = await provoke(method.toUpperCase(), `${path}?${twice(name)}`);
        assert.notEqual(problem, undefined, `${operationId}: ${name}`);
        assert.notEqual(problem, 'invalid_body', `${operationId}: ${name}`);
        count += 1;
      }
    }
  }
  assert.ok(count > 30, String(count));
});

test('one stream too many of a token is told when to try again', async () => {
  const url = `${installation.url}${ACCOUNT}/calls/turn_allocations/stream`;
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const open = Array.from({ length: LIVE_STREAMS_PER_TOKEN_MAX }, () => EventReader.open(url, headers));
  const readers = await Promise.all(open);
  try {
    const refused = await fetch(url, { headers });
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '30']);
    const { errors } = (await refused.json()) as { errors: readonly { code: number }[] };
    assert.equal(errors[0]?.code, PROBLEM_KINDS.too_many_streams.envelopeCode);
  } finally {
    for (const reader of readers) {
      reader.close();
    }
    await Promise.all(readers.map(({ ended }) => ended));
  }
});
