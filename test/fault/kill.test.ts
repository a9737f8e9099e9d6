import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import type { ClientTransport } from '../../src/contract/ids.ts';
import { type ClientPair, connectPair, PAIR_CHANNEL } from '../support/loopback-clients.ts';
import { Service, type TestKey } from '../support/service.ts';
import type { TurnTraffic } from '../support/turn-client.ts';
import { readUsageTotals } from '../support/usage-totals.ts';
import { waitFor } from '../support/wait-for.ts';

/** The rig's `usage.flush_seconds`, and what writing may take on a busy machine. */
const FLUSH_MS = 1_000;
const WRITE_MS = 1_000;
/** So long there is load at least, so that something must have been stored; the kill comes within two intervals more. */
const LOAD_MS_MIN = 2_200;
const LOAD_MS_MORE = 2_000;
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 5);
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const PAIRS: readonly (readonly [ClientTransport, ClientTransport])[] = [
  ['udp', 'tcp'],
  ['tls', 'udp'],
];
const PAYLOAD_BYTES_MAX = 400;

const services: Service[] = [];

after(async () => {
  for (const service of services.reverse()) {
    await service.end();
  }
});

test(`killed at random moments under load (KILL_SEED=${SEED}), it loses a flush interval of usage at most, and counts nothing twice`, async () => {
  const random = new SeededRandom(SEED);
  let service = await Service.start({ environment: { TACITURN_TURN_WORKERS: '2' } });
  services.push(service);
  const key = await service.createKey();
  const sides: Side[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    sides.push(...(await loadAndKill(service, key, random)));
    expectUsage(service.data, sides);
    service = await Service.start({
      data: service.data,
      ports: service.ports,
      environment: { TACITURN_TURN_WORKERS: '2' },
    });
    services.push(service);
    expectUsage(service.data, sides);
  }
});

/** What one client counted: by the time that must be stored, and by the end. */
interface Side {
  readonly username: string;
  readonly atLeast: TurnTraffic;
  readonly atMost: TurnTraffic;
}

interface Sample {
  readonly at: number;
  readonly counts: readonly TurnTraffic[];
}

async function loadAndKill(service: Service, key: TestKey, random: SeededRandom): Promise<readonly Side[]> {
  const pairs: ClientPair[] = [];
  for (const transports of PAIRS) {
    pairs.push(await connectPair(service, key, transports));
  }
  const clients = pairs.flatMap((pair) => pair.clients);
  const usernames = pairs.flatMap((pair) => pair.credentials.map(({ username }) => username));
  const readCounts = () => clients.map(({ traffic }) => ({ ...traffic }));
  const samples: Sample[] = [];
  const loadMs = LOAD_MS_MIN + random.below(LOAD_MS_MORE);
  const startedAt = performance.now();
  await waitFor('the load', () => {
    for (let i = 0; i < 20; i += 1) {
      const sender = clients[random.below(clients.length)] as (typeof clients)[0];
      sender.sendChannelData(PAIR_CHANNEL, new Uint8Array(random.below(PAYLOAD_BYTES_MAX)));
    }
    samples.push({ at: performance.now(), counts: readCounts() });
    return performance.now() - startedAt > loadMs;
  });
  const killedAt = performance.now();
  assert.equal(await service.stop('SIGKILL'), 'SIGKILL');
  const atMost = readCounts();
  await Promise.all(clients.map((client) => client.close()));
  const stored = samples.findLast(({ at }) => at < killedAt - FLUSH_MS - WRITE_MS);
  assert.ok(stored !== undefined);
  return usernames.map((username, at) => ({
    username,
    atLeast: stored.counts[at] as TurnTraffic,
    atMost: atMost[at] as TurnTraffic,
  }));
}

function expectUsage(data: string, sides: readonly Side[]): void {
  for (const { username, atLeast, atMost } of sides) {
    const { ingressBytes, egressBytes, allocations } = readUsageTotals(data, username);
    assert.equal(allocations, 1);
    expectWithin('ingress', ingressBytes, atLeast.sentBytes, atMost.sentBytes);
    expectWithin('egress', egressBytes, atLeast.receivedBytes, atMost.receivedBytes);
  }
}

function expectWithin(what: string, bytes: number, atLeast: number, atMost: number): void {
  assert.ok(bytes >= atLeast && bytes <= atMost, `${what}: ${bytes} bytes, expected ${atLeast} to ${atMost}`);
}
