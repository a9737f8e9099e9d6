import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ClientPair, connectPair, relayOnce } from '../support/loopback-clients.ts';
import { ADMIN_TOKEN, Service } from '../support/service.ts';
import { readUsageTotals } from '../support/usage-totals.ts';
import { waitFor } from '../support/wait-for.ts';

let service: Service;
let pair: ClientPair;

before(async () => {
  service = await Service.start({ environment: { TACITURN_TURN_WORKERS: '2', TACITURN_LOG_LEVEL: 'info' } });
  pair = await connectPair(service, await service.createKey());
  await relayOnce(pair);
});

after(async () => {
  await Promise.all((pair?.clients ?? []).map((client) => client.close()));
  await service?.end();
});

describe('/metrics', () => {
  test('tells allocations and relayed packets, summed over the workers', async () => {
    const metrics = await service.readMetrics();
    assert.equal(metrics.get('taciturn_allocations'), 2);
    const outcomes = [...metrics].filter(([name, value]) => name.startsWith('taciturn_packets_total') && value > 0);
    assert.ok(outcomes.length > 0, 'some packets have an outcome');
  });

  test('names no user, no key and no address of a client', async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const port = String((pair.clients[0].transport.socket.address() as { port: number }).port);
    for (const secret of [pair.credentials[0].username, pair.credentials[0].credential, `:${port}`]) {
      assert.ok(!text.includes(secret));
    }
  });
});

async function readManagement<Item>(path: string): Promise<readonly Item[]> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(`${service.url}/client/v4${path}`, { headers });
  assert.equal(response.status, 200);
  return ((await response.json()) as { result: readonly Item[] }).result;
}

interface NodeItem {
  readonly health: object;
  readonly workers: { readonly count: number; readonly back_end: string };
  readonly listeners: readonly { readonly transport: string }[];
  readonly ice_server_urls: readonly string[];
  readonly live_allocations: number;
  readonly traffic: Readonly<Record<string, number>>;
  readonly relay_ports: { readonly taken: number; readonly total: number };
  readonly memory_bytes: number;
  readonly certificate_expires_on: string;
  readonly changes_lag_seconds: number;
  readonly event_loop_delay_p99_seconds: number;
}

test('/nodes tells how the node is, and what it relays now', async () => {
  const nodes = await readManagement<NodeItem>('/nodes');
  const node = nodes[0] as NodeItem;
  assert.equal(nodes.length, 1);
  assert.deepEqual(node.health, { status: 'ready', reasons: [] });
  assert.equal(node.workers.count, 2);
  assert.match(node.workers.back_end, /^(io_uring|mmsg|dgram)$/);
  assert.deepEqual(new Set(node.listeners.map(({ transport }) => transport)), new Set(['udp', 'tcp', 'tls']));
  assert.ok(node.ice_server_urls.some((url) => url.startsWith('turns:')));
  assert.equal(node.live_allocations, 2);
  assert.equal(node.relay_ports.taken, 2);
  assert.ok(node.relay_ports.total > 1_000);
  assert.ok(node.memory_bytes > 10_000_000);
  assert.ok(Date.parse(node.certificate_expires_on) > Date.now());
  assert.ok(node.changes_lag_seconds < 30 && node.event_loop_delay_p99_seconds < 10);
  await waitFor('the rates', async () => {
    await relayOnce(pair);
    const [relaying] = await readManagement<NodeItem>('/nodes');
    return Object.values(relaying?.traffic ?? {}).every((rate) => rate > 0);
  });
});

test('/settings tells where each value came from, and nothing secret', async () => {
  const settings = await readManagement<Record<string, unknown>>('/settings');
  const { value, source, origin } = settings.find(({ name }) => name === 'turn.workers') ?? {};
  assert.deepEqual([value, source, origin], ['2', 'environment', 'TACITURN_TURN_WORKERS']);
  assert.equal(settings.find(({ name }) => name === 'admin_token')?.value, 'set');
  assert.ok(!JSON.stringify(settings).includes(ADMIN_TOKEN));
});

test('/healthz and /readyz', async () => {
  for (const path of ['/healthz', '/readyz']) {
    assert.equal((await fetch(service.url + path)).status, 200);
  }
});

test('usage reaches the database within 10 seconds, exactly as the client counts it', async () => {
  for (const side of [0, 1] as const) {
    const { traffic } = pair.clients[side];
    const username = pair.credentials[side].username;
    await waitFor('the usage', () => {
      const { ingressBytes, egressBytes } = readUsageTotals(service.data, username);
      return ingressBytes === traffic.sentBytes && egressBytes === traffic.receivedBytes;
    });
  }
});

test('the log names no user, no address of a client, and no secret', () => {
  const { username, credential } = pair.credentials[0];
  for (const secret of [username, credential]) {
    assert.ok(!service.output.includes(secret));
  }
  for (const line of service.stderr.split('\n').filter((text) => text !== '')) {
    assert.ok(JSON.parse(line), 'each line is one JSON object');
  }
});
