import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, withPort } from '../../src/base/socket-address.ts';
import { type ProgramEnd, runCli, runProgram } from '../support/run-program.ts';
import { ADMIN_TOKEN, Service } from '../support/service.ts';
import { TurnClient } from '../support/turn-client.ts';

interface CreatedKey {
  readonly uid: string;
  readonly key: string;
  readonly name: string;
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
    const { iceServers } = await runJson<{
      iceServers: { urls: readonly string[]; username: string; credential: string };
    }>(['credential', 'create', '--ttl', '600', '--custom-identifier', 'user-1'], key);
    assert.ok(iceServers.urls.includes(`turn:127.0.0.1:${service.ports.turn}?transport=udp`));
    const client = await TurnClient.connect({
      transport: 'udp',
      server: withPort(parseIp('127.0.0.1') as AddressWords, service.ports.turn),
      username: iceServers.username,
      credential: iceServers.credential,
    });
    try {
      await client.allocate();
      assert.deepEqual(await runJson(['credential', 'revoke', iceServers.username], key), { revoked: true });
      await assert.rejects(client.refresh(600));
    } finally {
      await client.close();
    }
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

describe('a command that fails says why in one sentence, and ends with 1', () => {
  const failures: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
    ['a wrong token', ['key', 'list'], { TACITURN_ADMIN_TOKEN: 'x'.repeat(40) }, /refused \(401\)/],
    ['no token', ['key', 'list'], { TACITURN_ADMIN_TOKEN: '' }, /The admin token is missing/],
    ['no key', ['credential', 'create'], {}, /The TURN key is missing/],
    ['no service', ['key', 'list'], { TACITURN_URL: 'http://127.0.0.1:1' }, /127.0.0.1:1 cannot be reached/],
    ['no URL', ['key', 'list'], { TACITURN_URL: 'localhost' }, /"localhost" is no URL/],
    ['nothing to revoke', ['credential', 'revoke'], {}, /Name what to revoke/],
    ['an unknown key', ['key', 'delete', '0'.repeat(32)], {}, /refused \(404\)/],
  ];
  for (const [name, args, environment, expected] of failures) {
    test(name, async () => {
      const { code, stderr, stdout } = await run(args, environment);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^taciturn: [^\n]+\n$/);
      assert.match(stderr, expected);
    });
  }

  test('a wrong option ends with 2', async () => {
    assert.equal((await run(['key', 'create', '--nam', 'x'])).code, 2);
  });
});

test('taciturn version', async () => {
  assert.match((await run(['version'])).stdout, /^taciturn \d+\.\d+\.\d+ on Node \d+/);
  assert.deepEqual(Object.keys(await runJson(['version'])), ['version', 'node']);
});
