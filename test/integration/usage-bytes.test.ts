import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, withPort } from '../../src/base/socket-address.ts';
import type { ClientTransport } from '../../src/contract/ids.ts';
import { connectClient, PAIR_CHANNEL } from '../support/loopback-clients.ts';
import { Service, type TestCredential } from '../support/service.ts';
import type { TurnClient } from '../support/turn-client.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { readUsageTotals } from '../support/usage-totals.ts';

const TRANSPORTS: readonly ClientTransport[] = ['udp', 'tcp', 'tls'];
/** With every remainder that is padded on a stream. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 160, 1_199];
const DENIED = withPort(parseIp('169.254.169.254') as AddressWords, 80);

let service: Service;
const clients: TurnClient[] = [];

before(async () => {
  service = await Service.start({ environment: { TACITURN_PEERS_ALLOW: '127.0.0.0/8' } });
});

after(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await service?.end();
});

async function connect(credential: TestCredential, transport: ClientTransport): Promise<TurnClient> {
  const client = await connectClient(service, credential, transport);
  clients.push(client);
  return client;
}

describe('usage is, to the byte, what the client of an allocation counts', () => {
  const told = new Map<ClientTransport, { readonly username: string; readonly pair: readonly TurnClient[] }>();

  for (const transport of TRANSPORTS) {
    test(`over ${transport}: requests and answers, indications, ChannelData with header and padding`, async (context) => {
      const credential = await service.generateCredential(await service.createKey(), { customIdentifier: transport });
      const peer = await UdpPeer.open('127.0.0.1');
      context.after(() => peer.close());
      const first = await connect(credential, transport);
      const second = await connect(credential, transport);
      await relayOnAllocation(first, peer);
      await first.refresh(0);
      await relayOnAllocation(second, peer);
      await sendWhatIsNotCounted(credential, second);
      told.set(transport, { username: credential.username, pair: [first, second] });
    });
  }

  test('and after SIGTERM all of it is stored, that of ended and of live allocations', async () => {
    assert.equal(await service.stop(), 0);
    for (const { username, pair } of told.values()) {
      const sum = (count: (client: TurnClient) => number) => pair.reduce((total, each) => total + count(each), 0);
      assert.deepEqual(readUsageTotals(service.data, username), {
        ingressBytes: sum(({ traffic }) => traffic.sentBytes),
        egressBytes: sum(({ traffic }) => traffic.receivedBytes),
        allocations: 2,
      });
    }
    assert.equal(told.size, TRANSPORTS.length);
  });
});

/** Everything that counts, refused requests of an authenticated client among it. */
async function relayOnAllocation(client: TurnClient, peer: UdpPeer): Promise<void> {
  const relayed = (await client.allocate()).relayed[0] as AddressWords;
  await client.createPermission(peer.address);
  await assert.rejects(client.createPermission(DENIED), { code: 403 });
  for (const length of LENGTHS) {
    client.sendIndication(peer.address, new Uint8Array(length));
    assert.equal((await peer.receive()).payload.length, length);
    peer.send(relayed, new Uint8Array(length));
    assert.equal((await client.receive()).payload.length, length);
  }
  await client.bindChannel(PAIR_CHANNEL, peer.address);
  for (const length of LENGTHS) {
    client.sendChannelData(PAIR_CHANNEL, new Uint8Array(length));
    assert.equal((await peer.receive()).payload.length, length);
    peer.send(relayed, new Uint8Array(length));
    assert.equal((await client.receive()).payload.length, length);
  }
  await client.refresh(600);
}

/** Binding is asked of the server and not of an allocation; the others fail to authenticate. */
async function sendWhatIsNotCounted(credential: TestCredential, client: TurnClient): Promise<void> {
  await client.bind();
  client.spoilNonce();
  await client.refresh(600);
  const stranger = await connect({ ...credential, credential: 'wrong' }, 'udp');
  await assert.rejects(stranger.allocate(), { code: 401 });
}
