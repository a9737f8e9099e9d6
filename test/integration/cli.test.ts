import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, withPort } from '../../src/base/socket-address.ts';
import { type ProgramEnd, runCli, runProgram } from '../support/run-program.ts';
import { ADMIN_TOKEN, type IceServer, Service } from '../support/service.ts';
import { TurnClient } from '../support/turn-client.ts';

interface CreatedKey {
  readonly uid: string;
  readonly key: string;
  readonly name: string;
}

interface CreatedSecret {
  readonly id: string;
  readonly name: string;
  readonly secret?: string;
}

let service: Service;
let folder: string;

before(async () => {
  service = await Service.start();
  folder = mkdtempSync(join(tmpdir(), 'taciturn-cli-'));
});

after(async () => {
  await service?.end();
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ProgramEnd> {
  return runCli(args, {
    cwd: folder,
    environment: { TACITURN_URL: service.url, TACITURN_ADMIN_TOKEN: ADMIN_TOKEN, ...environment },
  });
}

async function runJson<Result>(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const { code, stdout, output } = await run([...args, '--json'], environment);
  assert.equal(code, 0, output);
  return JSON.parse(stdout) as Result;
}

function environmentOf({ uid, key }: CreatedKey): Readonly<Record<string, string>> {
  return { TACITURN_KEY_UID: uid, TACITURN_KEY_TOKEN: key, TACITURN_ADMIN_TOKEN: '' };
}

describe('taciturn key', () => {
  test('create, list and delete', async () => {
    const created = await runJson<CreatedKey>(['key', 'create', '--name', 'my app']);
    assert.match(`${created.uid} ${created.key} ${created.name}`, /^[0-9a-f]{32} [0-9a-f]{64} my app$/);
    const listed = await runJson<readonly CreatedKey[]>(['key', 'list']);
    assert.deepEqual(
      listed.map(({ uid, name, key }) => [uid, name, key]),
      [[created.uid, 'my app', undefined]],
    );
    assert.match((await run(['key', 'list'])).stdout, new RegExp(`^${created.uid} {2}\\S+ {2}my app$`, 'm'));
    const deleted = await runJson<CreatedKey>(['key', 'delete', created.uid]);
    assert.equal(deleted.uid, created.uid);
    assert.match((await run(['key', 'list'])).stdout, /has no TURN key/);
  });

  test('create prints what a shell can take over', async () => {
    const { stdout } = await run(['key', 'create', '--name', "it's mine"]);
    const shell = await runProgram('sh', [
      '-c',
      'eval "$1"; echo "$TACITURN_KEY_UID $TACITURN_KEY_TOKEN"',
      'sh',
      stdout,
    ]);
    assert.match(shell.stdout, /^[0-9a-f]{32} [0-9a-f]{64}$/m);
  });

  test('takes the admin token and the address from the configuration file', async () => {
    writeFileSync(
      join(folder, 'service.yaml'),
      `admin_token: ${ADMIN_TOKEN}\nhttp:\n  listen: 127.0.0.1:${service.ports.http}\n`,
    );
    const { code, output } = await run(['key', 'list', '--config', 'service.yaml'], {
      TACITURN_URL: '',
      TACITURN_ADMIN_TOKEN: '',
    });
    assert.equal(code, 0, output);
  });
});

describe('taciturn credential', () => {
  test('create makes a credential that relays, revoke ends it', async () => {
    const key = environmentOf(await runJson<CreatedKey>(['key', 'create']));
    const { iceServers } = await runJson<{ readonly iceServers: readonly IceServer[] }>(
      ['credential', 'create', '--ttl', '600', '--custom-identifier', 'user-1'],
      key,
    );
    const [stun, turn] = iceServers;
    assert.deepEqual(stun, { urls: [`stun:127.0.0.1:${service.ports.turn}`] });
    assert.ok(turn?.urls.includes(`turn:127.0.0.1:${service.ports.turn}?transport=udp`));
    const { username = '', credential = '' } = turn as IceServer;
    const client = await TurnClient.connect({
      transport: 'udp',
      server: withPort(parseIp('127.0.0.1') as AddressWords, service.ports.turn),
      username,
      credential,
    });
    try {
      await client.allocate();
      assert.deepEqual(await runJson(['credential', 'revoke', username], key), { revoked: true });
      await assert.rejects(client.refresh(600));
    } finally {
      await client.close();
    }
  });

  test('create prints every URL, and the credential once', async () => {
    const key = environmentOf(await runJson<CreatedKey>(['key', 'create']));
    const { stdout } = await run(['credential', 'create'], key);
    assert.match(stdout, /^(url {9}(stun|turns?):\S+\n)+username {4}\S+\ncredential {2}\S+\n$/);
  });

  test('revoke by user or by time', async () => {
    const key = environmentOf(await runJson<CreatedKey>(['key', 'create']));
    for (const args of [
      ['--custom-identifier', 'user-1'],
      ['--issued-before', '2026-01-01T00:00:00Z'],
    ]) {
      assert.deepEqual(await runJson(['credential', 'revoke', ...args], key), { revoked: true });
    }
  });
});

describe('taciturn secret', () => {
  test('create, list and delete', async () => {
    const { uid } = await runJson<CreatedKey>(['key', 'create']);
    const of = ['--key-uid', uid];
    writeFileSync(join(folder, 'secret'), 'a secret of my own\n');
    assert.match((await run(['secret', 'list', ...of])).stdout, /has no shared secret/);
    const made = await run(['secret', 'create', '--name', 'synapse', ...of]);
    assert.match(made.stdout, /^id {6}[0-9a-f]{32}\nsecret {2}[0-9a-f]{64}\n$/);
    const own = ['secret', 'create', '--secret-file', 'secret'];
    const created = await runJson<CreatedSecret>(own, { TACITURN_KEY_UID: uid });
    assert.equal(created.secret, 'a secret of my own');
    const listed = await runJson<readonly CreatedSecret[]>(['secret', 'list', ...of]);
    assert.deepEqual(listed.map(({ name, secret }) => [name, secret]).toSorted(), [
      ['', undefined],
      ['synapse', undefined],
    ]);
    assert.match((await run(['secret', 'list', ...of])).stdout, /^[0-9a-f]{32} {2}\S+ {2}synapse$/m);
    const deleted = await run(['secret', 'delete', created.id, ...of]);
    assert.equal(deleted.stdout, `Deleted the shared secret ${created.id}.\n`);
    assert.equal((await runJson<readonly CreatedSecret[]>(['secret', 'list', ...of])).length, 1);
  });
});

describe('taciturn allocation', () => {
  test('list and end', async () => {
    const key = await service.createKey();
    const client = await TurnClient.connect({
      transport: 'udp',
      server: withPort(parseIp('127.0.0.1') as AddressWords, service.ports.turn),
      ...(await service.generateCredential(key, { customIdentifier: 'user-7' })),
    });
    try {
      await client.allocate();
      const of = ['allocation', 'list', '--custom-identifier', 'user-7'];
      const [listed, ...others] = await runJson<readonly { readonly id: string }[]>([...of, '--key-uid', key.uid]);
      assert.equal(others.length, 0);
      const id = listed?.id ?? '';
      assert.match((await run(of)).stdout, new RegExp(`^${id}  udp  127[.0-9:]+  127[.0-9:]+  user-7\\n$`));
      assert.equal((await run(['allocation', 'end', id])).stdout, `Ended the allocation ${id}.\n`);
      await assert.rejects(client.refresh(600));
      assert.match((await run(of)).stdout, /no live allocations that match/);
    } finally {
      await client.close();
    }
  });
});

test('the account is the configured one, as it is for a service', async () => {
  const created = await runJson<CreatedKey>(['key', 'create', '--account', 'default'], { TACITURN_ACCOUNT: 'acme' });
  writeFileSync(join(folder, 'account.yaml'), 'account: acme\n');
  const { code, stderr } = await run(['key', 'delete', created.uid, '--config', 'account.yaml']);
  assert.equal(code, 1);
  assert.match(stderr, /refused \(404\): .*account/i);
});

test('taciturn help shows the help of a command', async () => {
  for (const line of ['help key list', 'key list --help', 'key help list']) {
    assert.match((await run(line.split(' '))).stdout, /^Usage: taciturn key list /, line);
  }
  assert.match((await run(['help'])).stdout, /^Usage: taciturn \[options\] \[command\].*With --json, a failure/s);
});

test('taciturn version', async () => {
  for (const name of ['version', '--version', '-V']) {
    assert.match((await run([name])).stdout, /^taciturn \d+\.\d+\.\d+ on Node \d+/, name);
  }
  assert.deepEqual(Object.keys(await runJson(['version'])), ['version', 'node']);
});
