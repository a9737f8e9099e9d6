import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ADMIN_TOKEN,
  type CreatedKey,
  createKey,
  type HttpInstallation,
  startHttpInstallation,
} from '../support/http-installation.ts';

let installation: HttpInstallation;
let key: CreatedKey;

before(async () => {
  installation = await startHttpInstallation();
  key = await createKey(installation);
});

after(() => installation.stop());

interface Answer {
  readonly status: number;
  readonly errors: readonly { readonly code: number; readonly source?: { readonly pointer: string } }[];
  readonly result: never;
}

async function call(path: string, body: unknown): Promise<Answer> {
  const response = await fetch(`${installation.url}/client/v4/accounts/default/calls/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}

interface Created {
  readonly iceServers: readonly { readonly urls: readonly string[]; readonly username?: string; credential?: string }[];
  readonly username: string;
  readonly expires_on: string;
}

async function create(body: unknown = {}): Promise<Created> {
  const { status, result, errors } = await call(`turn_keys/${key.uid}/credentials`, body);
  assert.equal(status, 201, JSON.stringify(errors));
  return result;
}

const decode = (username: string) => call('turn_credentials/decode', { username });

test('a credential is made, with every way to the relay, and written down without its password', async () => {
  const created = await create({ ttl: 300, customIdentifier: '<b>me</b>' });
  const [stun, turn] = created.iceServers;
  assert.deepEqual(stun, { urls: ['stun:turn.example.com:3478'] });
  assert.deepEqual(turn?.urls, [
    'turn:turn.example.com:3478?transport=udp',
    'turn:turn.example.com:3478?transport=tcp',
    'turns:turn.example.com:5349?transport=tcp',
  ]);
  assert.equal(turn.username, created.username);
  const { result } = await decode(created.username);
  const { issued_on, ...said } = result as { issued_on: string };
  assert.deepEqual(said, {
    key_uid: key.uid,
    custom_identifier: '<b>me</b>',
    expires_on: created.expires_on,
    revoked: false,
    live_allocations: 0,
  });
  const lifetimeMs = Date.parse(created.expires_on) - Date.parse(issued_on);
  assert.ok(lifetimeMs >= 300_000 && lifetimeMs < 301_000, `${lifetimeMs} ms`);
  const query = { direction: 'desc', offset: 0, limit: 10 } as const;
  const entries = await installation.control.store.audit.list({ ...query, resourceId: created.username });
  assert.deepEqual(
    entries.map(({ action, actor, details }) => [action, actor.kind, details]),
    [['credential_create', 'installation', { turn_key: key.uid, expires_on: created.expires_on }]],
  );
  assert.ok(!JSON.stringify(entries).includes(turn.credential as string));
});

test('one credential is revoked by its username, many by their custom identifier', async () => {
  const [alone, mine, other] = [await create(), await create({ customIdentifier: 'mine' }), await create()];
  const revoke = `turn_keys/${key.uid}/credentials/revoke`;
  for (const body of [{ username: alone.username }, { customIdentifier: 'mine' }]) {
    const { status, result } = await call(revoke, body);
    assert.deepEqual([status, result], [200, null]);
  }
  const isRevoked = async ({ username }: Created) => ((await decode(username)).result as { revoked: boolean }).revoked;
  assert.deepEqual([await isRevoked(alone), await isRevoked(mine), await isRevoked(other)], [true, true, false]);
});

for (const [what, path, body, status, code] of [
  ['a lifetime of nothing', 'credentials', { ttl: 0 }, 400, 2002],
  ['an identifier that is none', 'credentials', { customIdentifier: 7 }, 400, 2003],
  ['nothing to revoke', 'credentials/revoke', {}, 400, 2005],
  ['a username among others', 'credentials/revoke', { username: 'a', customIdentifier: 'b' }, 400, 2005],
  ['a moment that is none', 'credentials/revoke', { issuedBefore: 'yesterday' }, 400, 2004],
  ['a username of nobody', 'credentials/revoke', { username: '0'.repeat(96) }, 404, 2010],
] as const) {
  test(`${what} is refused`, async () => {
    const answer = await call(`turn_keys/${key.uid}/${path}`, body);
    assert.deepEqual([answer.status, answer.errors[0]?.code], [status, code]);
  });
}

test('a username of no key of the account says nothing', async () => {
  for (const username of ['', '0'.repeat(96), '1700000000:me', '\u202e<script>']) {
    const { status, errors } = await decode(username);
    assert.deepEqual([status, errors[0]?.code], [404, 2010]);
  }
});
