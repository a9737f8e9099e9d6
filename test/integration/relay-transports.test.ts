import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { formatIp, formatTransportAddress, parseIp } from '../../src/base/ip.ts';
import { type AddressWords, familyOf, IPV4, IPV6, portOf, withPort } from '../../src/base/socket-address.ts';
import { startTestRelay, type TestRelay } from '../support/test-relay.ts';
import type { TurnClient } from '../support/turn-client.ts';
import type { TurnError } from '../support/turn-response.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';

const CHANNEL = 0x4001;
const BINDING_REQUEST = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
const HOSTS = { [IPV4]: '127.0.0.1', [IPV6]: '::1' } as const;

/** Sends payloads of many lengths both ways, by indications and then over a channel, and compares each. */
async function exchange(client: TurnClient, relayed: AddressWords, peer: UdpPeer): Promise<void> {
  await client.createPermission(peer.address);
  for (const length of [0, 1, 2, 3, 4, 5, 1_200, 20_000]) {
    const payload = Buffer.alloc(length, `indication ${length}`);
    client.sendIndication(peer.address, payload);
    const there = await peer.receive();
    assert.equal(formatTransportAddress(there.from), formatTransportAddress(relayed));
    assert.ok(payload.equals(there.payload));
    peer.send(relayed, payload);
    const back = await client.receive();
    assert.deepEqual(back.peer, peer.address);
    assert.ok(payload.equals(back.payload));
  }
  await client.bindChannel(CHANNEL, peer.address);
  for (const length of [0, 1, 2, 3, 4, 5, 1_200, 20_000]) {
    const payload = Buffer.alloc(length, `channel ${length}`);
    client.sendChannelData(CHANNEL, payload);
    assert.ok(payload.equals((await peer.receive()).payload));
    peer.send(relayed, payload);
    const back = await client.receive();
    assert.equal(back.channel, CHANNEL);
    assert.ok(payload.equals(back.payload));
  }
}

for (const workers of [1, 2]) {
  describe(`relay with ${workers} ${workers === 1 ? 'worker' : 'workers'}`, { timeout: 30_000 }, () => {
    let test: TestRelay;
    before(async () => {
      test = await startTestRelay({ workers });
    });
    after(() => test.stop());

    for (const transport of ['udp', 'tcp', 'tls'] as const) {
      for (const clientFamily of [IPV4, IPV6] as const) {
        for (const family of [IPV4, IPV6] as const) {
          it(`relays from ${transport} over IPv${clientFamily} to a peer on IPv${family}`, async () => {
            const peer = await UdpPeer.open(HOSTS[family]);
            const client = await test.connect(transport, { family: clientFamily });
            assert.deepEqual(await client.bind(), client.transport.local);
            const { relayed, mapped, lifetimeSeconds } = await client.allocate({ family });
            assert.equal(lifetimeSeconds, 600);
            assert.deepEqual(mapped, client.transport.local);
            assert.equal(formatIp(relayed[0] as AddressWords), HOSTS[family]);
            await exchange(client, relayed[0] as AddressWords, peer);
            await client.refresh(0);
            await assert.rejects(client.createPermission(peer.address), (error: TurnError) => error.code === 437);
            await peer.close();
          });
        }
      }
    }

    it('gives one client a relayed address of each family', async () => {
      const client = await test.connect('udp');
      const { relayed } = await client.allocate({ additionalFamily: IPV6 });
      assert.deepEqual(
        relayed.map((address) => familyOf(address)),
        [IPV4, IPV6],
      );
      for (const address of relayed) {
        const peer = await UdpPeer.open(formatIp(address));
        await client.createPermission(peer.address);
        client.sendIndication(peer.address, Buffer.from('to the peer'));
        assert.deepEqual((await peer.receive()).from, address);
        await peer.close();
      }
    });

    it('relays between two of its own clients, over different transports', async () => {
      const [one, other] = [await test.connect('udp'), await test.connect('tls')];
      const [atOne, atOther] = [(await one.allocate()).relayed[0], (await other.allocate()).relayed[0]];
      await one.bindChannel(CHANNEL, atOther as AddressWords);
      await other.bindChannel(CHANNEL, atOne as AddressWords);
      for (let index = 0; index < 50; index++) {
        one.sendChannelData(CHANNEL, Buffer.from(`there ${index}`));
        assert.equal(Buffer.from((await other.receive()).payload).toString(), `there ${index}`);
        other.sendChannelData(CHANNEL, Buffer.from(`back ${index}`));
        assert.equal(Buffer.from((await one.receive()).payload).toString(), `back ${index}`);
      }
    });

    it('ends the allocation of a connection that closes', async () => {
      const client = await test.connect('tcp');
      const { relayed } = await client.allocate();
      await client.close();
      const port = portOf(relayed[0] as AddressWords);
      const freed = await waitFor('that a peer can bind the port', () => UdpPeer.open('127.0.0.1', port));
      await freed.close();
    });

    it('refuses wrong credentials, and peers that are its own listeners', async () => {
      const stranger = await test.connect('udp', { credential: 'wrong' });
      await assert.rejects(stranger.allocate(), (error: TurnError) => error.code === 401);
      const client = await test.connect('udp');
      await client.allocate();
      await assert.rejects(client.bindChannel(CHANNEL, test.listener('udp')), (error: TurnError) => error.code === 403);
    });
  });
}

describe('relay on a wildcard', { timeout: 30_000 }, () => {
  for (const workers of [1, 2]) {
    it(`answers from the address that was asked, with ${workers} ${workers === 1 ? 'worker' : 'workers'}`, async (context) => {
      const hosts = ['127.0.0.1', '127.0.0.9', '127.0.0.8'];
      // The last one is not there (any more), which stops nothing.
      const own = [...hosts, '203.0.113.7'].map((text) => parseIp(text) as AddressWords);
      const listen = [{ transport: 'udp', address: parseIp('0.0.0.0') as AddressWords }] as const;
      const test = await startTestRelay({ workers, listen, readOwnAddresses: () => own });
      context.after(() => test.stop());
      const client = await UdpPeer.open('127.0.0.1');
      context.after(() => client.close());
      for (const host of hosts) {
        const server = withPort(parseIp(host) as AddressWords, portOf(test.listener('udp')));
        client.send(server, BINDING_REQUEST);
        assert.equal(formatTransportAddress((await client.receive()).from), formatTransportAddress(server));
      }
    });
  }
});
