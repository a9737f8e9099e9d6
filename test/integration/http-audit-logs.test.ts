import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Cloudflare from 'cloudflare';
import { ADMIN_TOKEN, type HttpInstallation, startHttpInstallation } from '../support/http-installation.ts';

const LOG = '/client/v4/accounts/default/audit_logs';

interface Entry {
  readonly id: string;
  readonly when: string;
  readonly action: { readonly type: string; readonly result: boolean };
  readonly actor: { readonly type: string; readonly id: string; readonly name?: string; readonly ip?: string };
  readonly resource: { readonly type: string; readonly id: string };
  readonly owner?: { readonly id: string };
  readonly metadata: Readonly<Record<string, unknown>>;
}

let installation: HttpInstallation;

before(async () => {
  installation = await startHttpInstallation({ isTrustedProxy: () => true });
});

after(() => installation.stop());

async function call(method: string, path: string, token = ADMIN_TOKEN, body?: object) {
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '192.0.2.33' };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(installation.url + path, { method, headers, ...content });
  const text = await response.text();
  return { status: response.status, ...(text === '' ? {} : JSON.parse(text)) };
}

async function readLog(query = '', path = LOG): Promise<readonly Entry[]> {
  const { status, result, errors } = await call('GET', `${path}?${query}`);
  assert.equal(status, 200, JSON.stringify(errors));
  return result;
}

test('the log tells who did what, from where, and to what', async () => {
  const keys = '/client/v4/accounts/default/calls/turn_keys';
  const made = await call('POST', '/client/v4/accounts/default/tokens', ADMIN_TOKEN, {
    name: 'deploy',
    permissions: ['Calls Write'],
  });
  const { id: tokenId, value } = made.result;
  const { uid, key } = (await call('POST', keys, value, { name: 'web' })).result;
  const generated = await call('POST', `/v1/turn/keys/${uid}/credentials/generate`, key);
  const { username } = generated.iceServers;
  assert.equal((await call('POST', `/v1/turn/keys/${uid}/credentials/${username}/revoke`, key)).status, 204);
  const [revoked, createdKey, createdToken] = await readLog('per_page=3');
  const ip = '192.0.2.33';
  const owner = { id: 'default' };
  assert.partialDeepStrictEqual(revoked, {
    action: { type: 'credential_revoke', result: true },
    actor: { type: 'turn_key', id: uid, ip },
    resource: { type: 'credential', id: username },
    owner,
    metadata: { turn_key: uid },
  });
  assert.partialDeepStrictEqual(createdKey, {
    action: { type: 'key_create' },
    actor: { type: 'user', id: tokenId, name: 'deploy', ip },
    resource: { type: 'turn_key', id: uid },
    metadata: { name: 'web' },
  });
  assert.partialDeepStrictEqual(createdToken, {
    action: { type: 'token_create' },
    actor: { type: 'admin', id: '0'.repeat(32), ip },
    resource: { type: 'token', id: tokenId },
    metadata: { name: 'deploy', permissions: ['Calls Write'] },
  });
  const everything = JSON.stringify(await readLog('', '/client/v4/user/audit_logs'));
  for (const secret of [value, key, generated.iceServers.credential, ADMIN_TOKEN]) {
    assert.equal(everything.includes(secret), false);
  }
});

test('the installation’s log begins with its first start', async () => {
  const entries = await readLog('direction=asc&per_page=3', '/client/v4/user/audit_logs');
  assert.deepEqual(
    entries.map(({ action, actor, owner }) => [action.type, actor.type, owner?.id]),
    [
      ['installation_create', 'system', undefined],
      ['account_create', 'system', 'default'],
      ['admin_token_replace', 'system', undefined],
    ],
  );
});

test('filters narrow the log, alone and together', async () => {
  const all = await readLog();
  const { id, when, actor, resource } = all[0] as Entry;
  const ids = async (query: string) => (await readLog(query)).map((entry) => entry.id);
  const allIds = all.map((entry) => entry.id);
  assert.deepEqual(await ids(`id=${id}`), [id]);
  assert.deepEqual(
    await ids('since=2020-01-01&actor.ip=192.0.2.33&direction=asc&export=false'),
    allIds.slice(0, 3).reverse(),
  );
  assert.deepEqual(await ids('before=2020-01-01'), []);
  assert.deepEqual(await ids('since=2999-01-01T00:00:00Z'), []);
  assert.ok((await ids(`since=${when}`)).includes(id));
  assert.equal((await ids(`before=${when}`)).includes(id), false);
  assert.deepEqual(await ids(`actor.id=${actor.id}&action.type=credential_revoke`), [id]);
  assert.deepEqual(await ids(`resource.id=${resource.id}`), [id]);
  assert.deepEqual(await ids('action.type=login'), []);
});

test('pages follow one another by number and by cursor', async () => {
  const all = (await readLog()).map((entry) => entry.id);
  const byNumber: string[] = [];
  for (let page = 1; page <= all.length; page += 1) {
    byNumber.push(...(await readLog(`per_page=1&page=${page}`)).map((entry) => entry.id));
  }
  assert.deepEqual(byNumber, all);
  const byCursor: string[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { result, result_info: info } = await call('GET', `${LOG}?per_page=2${query}`);
    byCursor.push(...result.map((entry: Entry) => entry.id));
    cursor = info.cursors.after;
  }
  assert.deepEqual(byCursor, all);
});

for (const query of [
  'since=yesterday',
  'before=2026-02-30',
  'id=x',
  'actor.ip=192.0.2.0/24',
  'direction=up',
  'actor.email=a@example.com',
  'zone.name=example.com',
  'export=true',
  'since=2020-01-01&since=2021-01-01',
]) {
  test(`a filter that cannot be met is refused: ${query}`, async () => {
    const { status, errors } = await call('GET', `${LOG}?${query}`);
    assert.deepEqual([status, errors[0].code], [400, 2030]);
  });
}

for (const [query, code] of [
  ['cursor=x', 2041],
  ['cursor=', 2041],
  [`cursor=${'0'.repeat(32)}&cursor=${'0'.repeat(32)}`, 2041],
  ['per_page=0', 2007],
] as const) {
  test(`a page that cannot be is refused: ${query}`, async () => {
    const { status, errors } = await call('GET', `${LOG}?${query}`);
    assert.deepEqual([status, errors[0].code], [400, code]);
  });
}

test('the official client iterates over an account’s log, and over the installation’s', async () => {
  const client = new Cloudflare({ apiToken: ADMIN_TOKEN, baseURL: `${installation.url}/client/v4`, maxRetries: 0 });
  const own: unknown[] = [];
  const filter = { since: '2020-01-01', actor: { ip: '192.0.2.33' }, direction: 'asc' } as const;
  for await (const { id } of client.auditLogs.list({ account_id: 'default', per_page: 2, ...filter })) {
    own.push(id);
  }
  assert.deepEqual(
    own.reverse(),
    (await readLog('actor.ip=192.0.2.33')).map(({ id }) => id),
  );
  const whole: unknown[] = [];
  for await (const { id } of client.user.auditLogs.list({ per_page: 2 })) {
    whole.push(id);
  }
  assert.deepEqual(
    whole,
    (await readLog('', '/client/v4/user/audit_logs')).map(({ id }) => id),
  );
});

test('an address is in no log line above debug', () => {
  const lines = installation.logLines.filter((line) => line.includes('192.0.2.33'));
  assert.ok(lines.length > 0);
  assert.ok(lines.every((line) => /"level":("debug"|20)/.test(line)));
});
