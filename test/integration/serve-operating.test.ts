import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ClientPair, connectPair, relayOnce } from '../support/loopback-clients.ts';
import { Service } from '../support/service.ts';
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
