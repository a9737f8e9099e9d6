import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectClient } from '../support/loopback-clients.ts';
import { runProgram } from '../support/run-program.ts';
import { Service, type TestCredential, type TestKey } from '../support/service.ts';
import { waitFor } from '../support/wait-for.ts';

/** Debian's, which has Debian's python3-aioice. */
const PYTHON = '/usr/bin/python3';
const SYNAPSE = fileURLToPath(new URL('shared-secret-credentials.py', import.meta.url));
const AIOICE = fileURLToPath(new URL('aioice-echo.py', import.meta.url));
const SECRET = 'n8Zq3~kT:Vb!x0Lr&Wd5';
const DAY_SECONDS = 86_400;

let service: Service;
let key: TestKey;
let secretId: string;

before(async () => {
  service = await Service.start({ environment: { TACITURN_TURN_WORKERS: '2' } });
  key = await service.createKey();
  secretId = await shareSecret(SECRET);
});

after(() => service?.end());

function secretsPath(rest = ''): string {
  return `/client/v4/accounts/default/calls/turn_keys/${key.uid}/shared_secrets${rest}`;
}

async function shareSecret(secret: string): Promise<string> {
  const { status, body } = await service.call('POST', secretsPath(), undefined, { secret });
  assert.equal(status, 201, JSON.stringify(body));
  return (body as { result: { id: string } }).result.id;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function sign(username: string, secret = SECRET): TestCredential {
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

async function makeAsSynapse(): Promise<TestCredential> {
  const { stdout } = await runProgram(PYTHON, [SYNAPSE, SECRET, '@alice:matrix.example.org', '3600000']);
  const [username = '', credential = ''] = stdout.trim().split('\n');
  return { username, credential };
}

/** As each program computes it, from how its own source does. */
const PROGRAMS: Readonly<Record<string, () => TestCredential | Promise<TestCredential>>> = {
  'Matrix Synapse': makeAsSynapse,
  'Nextcloud Talk': () => sign(`${nowSeconds() + DAY_SECONDS}:${randomBytes(8).toString('hex')}`),
  'Jitsi Meet, by mod_external_services of Prosody': () => sign(`${nowSeconds() + DAY_SECONDS}`),
  'mod_external_services with a username': () => sign(`${nowSeconds() + DAY_SECONDS}:prosody`),
  ejabberd: () => {
    const hash = (text: string) => createHash('sha1').update(text).digest('hex').slice(0, 8);
    return sign(`${nowSeconds() + DAY_SECONDS / 2}:${hash('user@example.org')}${hash('example.org')}`);
  },
};

for (const [program, makeCredential] of Object.entries(PROGRAMS)) {
  test(`two ICE agents of aioice reach each other with a credential as ${program} makes it`, async () => {
    const { username, credential } = await makeCredential();
    const args = [AIOICE, '127.0.0.1', String(service.ports.turn), 'udp', username, credential];
    const { code, stdout, output } = await runProgram(PYTHON, args);
    assert.equal(code, 0, output);
    assert.equal(stdout, 'there\nand back\n');
  });
}

describe('turnutils_uclient makes a credential of its own', () => {
  const runClient = async (secret: string) => {
    const load = ['-y', '-m', '2', '-n', '10', '-z', '5', '-c', '-u', 'carol', '-W', secret];
    const { output } = await runProgram('turnutils_uclient', [...load, '-p', String(service.ports.turn), '127.0.0.1']);
    const counts = [...output.matchAll(/tot_send_msgs=(\d+), tot_recv_msgs=(\d+)/g)].at(-1);
    return { counts: counts?.slice(1).map(Number), output };
  };

  test('and relays with the secret', async () => {
    const { counts, output } = await runClient(SECRET);
    assert.deepEqual(counts, [20, 20], output);
  });

  test('and gets nothing with another one', async () => {
    const { output } = await runClient('another secret');
    assert.match(output, /Cannot complete Allocation/);
  });
});

test('usage is that of the key, by the user', async () => {
  await waitFor('usage of carol', async () => {
    const query = `{ viewer { accounts(filter: {accountTag: "default"}) { callsTurnUsageAdaptiveGroups(
      limit: 10, filter: {keyId: "${key.uid}", customIdentifier: "carol"}) { sum { egressBytes } } } } }`;
    const { body } = await service.call('POST', '/client/v4/graphql', undefined, { query });
    return JSON.stringify(body).includes('egressBytes');
  });
});

test('a live allocation ends when its username is revoked, and when its secret is deleted; others go on', async () => {
  const other = await shareSecret('a secret for what comes next');
  const names = ['revoked', 'deleted', 'rotated'].map((user) => `${nowSeconds() + DAY_SECONDS}:${user}`);
  const [revoked = '', deleted = '', rotated = ''] = names;
  const clients = {
    revoked: await connectClient(service, sign(revoked)),
    deleted: await connectClient(service, sign(deleted)),
    rotated: await connectClient(service, sign(rotated, 'a secret for what comes next')),
  };
  for (const client of Object.values(clients)) {
    await client.allocate();
  }
  const readEnded = async (why: string) =>
    (await service.readMetrics()).get(`taciturn_allocations_ended_${why}_total`) ?? 0;
  await service.revokeCredential(key, encodeURIComponent(revoked));
  await waitFor('the end of the revoked one', async () => (await readEnded('credential_revoked')) === 1);
  await assert.rejects(clients.revoked.allocate(), { code: 401 });
  await clients.deleted.refresh(600);
  const { status } = await service.call('DELETE', secretsPath(`/${secretId}`));
  assert.equal(status, 200);
  // The agents of the tests before may have left allocations behind, which end with it.
  await waitFor('the end of what the secret made', async () => (await readEnded('secret_removed')) >= 1);
  await assert.rejects(clients.deleted.allocate(), { code: 401 });
  await clients.rotated.refresh(600);
  const endedBefore = await readEnded('secret_removed');
  assert.equal((await service.call('DELETE', secretsPath(`/${other}`))).status, 200);
  await waitFor('the end of the last', async () => (await readEnded('secret_removed')) === endedBefore + 1);
  for (const client of Object.values(clients)) {
    await client.close();
  }
  assert.ok(!service.output.includes(SECRET), 'the service never says the secret');
});
