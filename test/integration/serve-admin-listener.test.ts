import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, withPort } from '../../src/base/socket-address.ts';
import { findFreePorts } from '../support/free-ports.ts';
import { runCli } from '../support/run-program.ts';
import { ADMIN_TOKEN, Service } from '../support/service.ts';
import { TurnClient } from '../support/turn-client.ts';

let service: Service;
let adminUrl: string;

before(async () => {
  const [port] = await findFreePorts(1);
  adminUrl = `http://127.0.0.1:${port}`;
  service = await Service.start({
    environment: { TACITURN_HTTP_ADMIN: `127.0.0.1:${port}`, TACITURN_PEERS_ALLOW: '127.0.0.0/8' },
  });
});

after(() => service?.end());

async function readStatus(url: string, method = 'GET', token = ADMIN_TOKEN): Promise<number> {
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

async function createKey(): Promise<{ readonly result: { readonly uid: string; readonly key: string } }> {
  const made = await fetch(`${adminUrl}/client/v4/accounts/default/calls/turn_keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return made.json() as ReturnType<typeof createKey>;
}

const management = [
  ['GET', '/', 200],
  ['GET', '/docs', 200],
  ['GET', '/docs/reference.css', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/metrics', 200],
  ['GET', '/client/v4/user/tokens/verify', 200],
  ['GET', '/client/v4/accounts/default/calls/turn_keys', 200],
  ['POST', '/client/v4/accounts/default/calls/turn_keys', 201],
  ['POST', '/client/v4/graphql', 400],
] as const;

test('the management half is at http.admin, and nothing of it at http.listen', async () => {
  for (const [method, path, status] of management) {
    assert.equal(await readStatus(adminUrl + path, method), status, path);
    assert.equal(await readStatus(service.url + path, method), 404, path);
  }
});

test('credentials and health are at both', async () => {
  const { result } = await createKey();
  for (const url of [service.url, adminUrl]) {
    assert.equal(await readStatus(`${url}/healthz`), 200);
    assert.equal(await readStatus(`${url}/readyz`), 200);
    const generate = `${url}/v1/turn/keys/${result.uid}/credentials/generate-ice-servers`;
    assert.equal(await readStatus(generate, 'POST', result.key), 201);
    assert.equal(await readStatus(`${url}/turn?service=turn`, 'GET', result.key), 200);
    assert.equal(await readStatus(`${url}/turn`, 'DELETE', result.key), 405);
  }
});

test('the start tells both, and the command line finds the right one', async () => {
  const lines = service.stdout.split('\n');
  assert.ok(lines.includes(`  HTTP API  ${service.url}`), service.stdout);
  assert.ok(lines.includes(`  Admin API ${adminUrl}`), service.stdout);
  const { code, stderr } = await runCli(['key', 'list'], {
    cwd: service.data,
    environment: { TACITURN_HTTP_ADMIN: adminUrl.slice('http://'.length), TACITURN_ADMIN_TOKEN: ADMIN_TOKEN },
  });
  assert.equal(code, 0, stderr);
});

test('neither is a peer that a credential reaches', async () => {
  const loopback = parseIp('127.0.0.1') as AddressWords;
  const { result } = await createKey();
  const credential = await service.generateCredential({ uid: result.uid, token: result.key });
  const server = withPort(loopback, service.ports.turn);
  const client = await TurnClient.connect({ transport: 'udp', server, ...credential });
  try {
    await client.allocate();
    for (const url of [service.url, adminUrl]) {
      const listener = withPort(loopback, Number(new URL(url).port));
      await assert.rejects(client.bindChannel(0x40_00, listener), /403/);
    }
    await client.bindChannel(0x40_00, withPort(loopback, 9));
  } finally {
    await client.close();
  }
});

test('a taken address ends the start, and nothing is left open', async () => {
  const taken = new URL(adminUrl).host;
  const second = await Service.launch({ environment: { TACITURN_HTTP_ADMIN: taken } });
  try {
    assert.equal(await second.waitForExit(), 1);
    assert.match(second.stderr, /The HTTP API cannot listen on http:.*http\.admin \(TACITURN_HTTP_ADMIN\)/);
  } finally {
    await second.end();
  }
});
