import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../src/base/seeded-random.ts';
import type { ClientTransport } from '../../src/contract/ids.ts';
import type { UsageDelta } from '../../src/contract/usage-delta.ts';
import { startTestRelay, type TestRelay } from '../support/test-relay.ts';
import type { TurnClient, TurnTraffic } from '../support/turn-client.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';

const INTERVAL_MS = 200;
/** What reporting and being told of it may take on a busy machine. */
const REPORT_MS = 500;
const LOAD_MS_MIN = 800;
const LOAD_MS_MORE = 400;
const ROUNDS = 4;
const WORKERS = 2;
const CHANNEL = 0x4000;
const TRANSPORTS: readonly ClientTransport[] = ['udp', 'tcp', 'tls', 'udp'];
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);

interface Talker {
  readonly username: string;
  readonly client: TurnClient;
}

test(`a worker that dies at a random moment (KILL_SEED=${SEED}) takes an interval of usage with it at most, and none is told twice`, async (context) => {
  const random = new SeededRandom(SEED);
  const relay = await startTestRelay({ workers: WORKERS, usageIntervalMs: INTERVAL_MS });
  context.after(() => relay.stop());
  const peer = await UdpPeer.open('127.0.0.1');
  context.after(() => peer.close());
  for (let round = 0; round < ROUNDS; round += 1) {
    const talkers = await openTalkers(relay, peer);
    const atLeast = await loadAndKill(relay, talkers, random);
    const atMost = talkers.map(({ client }) => ({ ...client.traffic }));
    await Promise.all(talkers.map(({ client }) => client.close()));
    // What the other worker has is told to the last byte; the successor has nothing to tell.
    await relay.relay.flushUsage();
    for (const [at, { username }] of talkers.entries()) {
      const told = sumIngress(relay.usage, username);
      const [least, most] = [atLeast[at] as number, (atMost[at] as TurnTraffic).sentBytes];
      assert.ok(told >= least && told <= most, `${told} bytes, expected ${least} to ${most}`);
    }
  }
  const identities = relay.usage.map(({ worker, n }) => `${worker} ${n}`);
  assert.equal(new Set(identities).size, identities.length);
});

async function openTalkers(relay: TestRelay, peer: UdpPeer): Promise<readonly Talker[]> {
  const talkers: Talker[] = [];
  for (const transport of TRANSPORTS) {
    const credential = relay.issue();
    const client = await relay.connect(transport, credential);
    await client.allocate();
    await client.bindChannel(CHANNEL, peer.address);
    talkers.push({ username: credential.username, client });
  }
  return talkers;
}

/** Kills one of the workers. @returns what each client had sent by the time that must have been reported. */
async function loadAndKill(relay: TestRelay, talkers: readonly Talker[], random: SeededRandom) {
  const samples: { readonly at: number; readonly sent: readonly number[] }[] = [];
  const startedAt = Date.now();
  const loadMs = LOAD_MS_MIN + random.below(LOAD_MS_MORE);
  await waitFor('the load', () => {
    for (const { client } of talkers) {
      client.sendChannelData(CHANNEL, new Uint8Array(random.below(300)));
    }
    samples.push({ at: Date.now(), sent: talkers.map(({ client }) => client.traffic.sentBytes) });
    return Date.now() - startedAt > loadMs;
  });
  const killedAt = Date.now();
  await relay.relay.terminateWorker(random.below(WORKERS));
  const reported = samples.findLast(({ at }) => at < killedAt - INTERVAL_MS - REPORT_MS);
  assert.ok(reported !== undefined);
  return reported.sent;
}

function sumIngress(deltas: readonly UsageDelta[], username: string): number {
  const rows = deltas.flatMap((delta) => delta.rows.filter((row) => row.username === username));
  return rows.reduce((sum, row) => sum + row.ingressBytes, 0);
}
