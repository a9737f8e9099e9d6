import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { connectClient } from '../support/loopback-clients.ts';
import { ADMIN_TOKEN, Service, type TestKey } from '../support/service.ts';
import type { TurnClient } from '../support/turn-client.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';

const CHANNEL = 0x4000;
const FLOOD_PACKETS = 50;
const LIMITED_PACKETS = 3;

let service: Service;
let peer: UdpPeer;

beforeEach(async () => {
  peer = await UdpPeer.open();
});

afterEach(() => peer.close());

before(async () => {
  service = await Service.start({
    environment: {
      TACITURN_TURN_WORKERS: '2',
      TACITURN_USAGE_FLUSH_SECONDS: '1',
      TACITURN_PEERS_ALLOW: '127.0.0.0/8',
      TACITURN_TURN_RELAY_PORTS: '61000-65535',
    },
  });
});

after(() => service?.end());

function setLimits(key: TestKey, limits: object) {
  const path = `/client/v4/accounts/default/calls/turn_keys/${key.uid}/limits`;
  return service.call('PUT', path, ADMIN_TOKEN, limits);
}

async function call(key: TestKey): Promise<TurnClient> {
  const client = await connectClient(service, await service.generateCredential(key));
  await client.allocate();
  await client.bindChannel(CHANNEL, peer.address);
  return client;
}

async function readOutcome(outcome: string): Promise<number> {
  return (await service.readMetrics()).get(`taciturn_packets_total{outcome="${outcome}"}`) ?? 0;
}

test('a limit of packets that is set for a key holds for its live allocation within a second', async () => {
  const key = await service.createKey();
  const client = await call(key);
  const flood = async () => {
    const relayed = await readOutcome('client_channel_data_relayed');
    const dropped = await readOutcome('drop_packet_limit');
    for (let packet = 0; packet < FLOOD_PACKETS; packet += 1) {
      client.sendChannelData(CHANNEL, Buffer.from('x'));
    }
    let counts = { relayed: 0, dropped: 0 };
    await waitFor('that every packet is counted', async () => {
      counts = {
        relayed: (await readOutcome('client_channel_data_relayed')) - relayed,
        dropped: (await readOutcome('drop_packet_limit')) - dropped,
      };
      return counts.relayed + counts.dropped === FLOOD_PACKETS;
    });
    return counts;
  };
  assert.deepEqual(await flood(), { relayed: FLOOD_PACKETS, dropped: 0 });
  const setAt = performance.now();
  await setLimits(key, { allocation_packets_per_second: LIMITED_PACKETS });
  await waitFor('that packets are dropped', async () => (await flood()).dropped > 0);
  assert.ok(performance.now() - setAt < 1_000, `it took ${performance.now() - setAt} ms`);
  await client.close();
});

test('a call that reaches the hard limit of the month ends, and is refused with 403 until the limit is raised', async () => {
  const key = await service.createKey();
  await setLimits(key, { key_monthly_egress_soft_bytes: 1_000, key_monthly_egress_hard_bytes: 20_000 });
  const client = await call(key);
  client.sendChannelData(CHANNEL, Buffer.from('here'));
  const { from } = await peer.receive();
  for (let packet = 0; packet < 30; packet += 1) {
    peer.send(from, Buffer.alloc(1_000));
  }
  await waitFor('the end of the allocation', async () => {
    const metrics = await service.readMetrics();
    return metrics.get('taciturn_allocations_ended_egress_limit_total') === 1;
  });
  await assert.rejects(client.refresh(600), { code: 403 });
  await assert.rejects(client.allocate(), { code: 403 });
  const metrics = await service.readMetrics();
  assert.equal(metrics.get('taciturn_egress_soft_limits_reached_total'), 1);
  assert.equal(metrics.get('taciturn_egress_hard_limits_reached_total'), 1);
  await setLimits(key, { key_monthly_egress_hard_bytes: 1_000_000 });
  await waitFor('that it may allocate again', () =>
    client.allocate().then(
      () => true,
      () => false,
    ),
  );
  await client.close();
});
