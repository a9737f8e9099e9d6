import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type ClientPair, connectPair, PAIR_CHANNEL } from '../support/loopback-clients.ts';
import { Service, type TestKey } from '../support/service.ts';
import type { TurnTraffic } from '../support/turn-client.ts';
import { readUsageTotals } from '../support/usage-totals.ts';
import { waitFor } from '../support/wait-for.ts';

/** The rig's `usage.flush_seconds`, and what writing may take on a busy machine. */
const FLUSH_MS = 1_000;
const WRITE_MS = 1_000;
const LOAD_MS = 3_500;
const ROUNDS = 2;
const PAYLOAD = new Uint8Array(200);

const services: Service[] = [];

after(async () => {
  for (const service of services.reverse()) {
    await service.end();
  }
});

test('kill -9 under load: it starts again, has lost a flush interval of usage at most, and counts nothing twice', async () => {
  let service = await Service.start();
  services.push(service);
  const key = await service.createKey();
  const earlier: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ended = await loadAndKill(service, key);
    expectUsage(service.data, ended);
    service = await Service.start({ data: service.data, ports: service.ports });
    services.push(service);
    earlier.push(ended);
    for (const { usernames, atLeast, atMost } of earlier) {
      expectUsage(service.data, { usernames, atLeast, atMost });
    }
  }
});

/** What the clients counted: by the time that must be stored, and by the end. */
interface Round {
  readonly usernames: readonly [string, string];
  readonly atLeast: readonly [TurnTraffic, TurnTraffic];
  readonly atMost: readonly [TurnTraffic, TurnTraffic];
}

async function loadAndKill(service: Service, key: TestKey): Promise<Round> {
  const pair = await connectPair(service, key);
  const samples: { readonly at: number; readonly counts: Round['atMost'] }[] = [];
  const startedAt = performance.now();
  await waitFor('the load', () => {
    for (let i = 0; i < 20; i += 1) {
      pair.clients[0].sendChannelData(PAIR_CHANNEL, PAYLOAD);
    }
    samples.push({ at: performance.now(), counts: readCounts(pair) });
    return performance.now() - startedAt > LOAD_MS;
  });
  const killedAt = performance.now();
  assert.equal(await service.stop('SIGKILL'), 'SIGKILL');
  const atMost = readCounts(pair);
  await Promise.all(pair.clients.map((client) => client.close()));
  const stored = samples.findLast(({ at }) => at < killedAt - FLUSH_MS - WRITE_MS);
  assert.ok(stored !== undefined);
  const [first, second] = pair.credentials;
  return { usernames: [first.username, second.username], atLeast: stored.counts, atMost };
}

function readCounts({ clients: [first, second] }: ClientPair): readonly [TurnTraffic, TurnTraffic] {
  return [{ ...first.traffic }, { ...second.traffic }];
}

function expectUsage(data: string, { usernames, atLeast, atMost }: Round): void {
  for (const side of [0, 1] as const) {
    const { ingressBytes, egressBytes, allocations } = readUsageTotals(data, usernames[side]);
    assert.equal(allocations, 1);
    expectWithin('ingress', ingressBytes, atLeast[side].sentBytes, atMost[side].sentBytes);
    expectWithin('egress', egressBytes, atLeast[side].receivedBytes, atMost[side].receivedBytes);
  }
}

function expectWithin(what: string, bytes: number, atLeast: number, atMost: number): void {
  assert.ok(bytes >= atLeast && bytes <= atMost, `${what}: ${bytes} bytes, expected ${atLeast} to ${atMost}`);
}
