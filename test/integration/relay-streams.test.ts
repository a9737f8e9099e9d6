import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { UnixMs } from '../../src/base/clock.ts';
import { parseIp } from '../../src/base/ip.ts';
import type { AddressWords } from '../../src/base/socket-address.ts';
import { makeSelfSignedCertificate } from '../../src/relay/certificate/self-signed-certificate.ts';
import { startTestRelay, type TestRelay } from '../support/test-relay.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { waitFor } from '../support/wait-for.ts';

const PACKET_BYTES = 1_200;
/** More than the kernel's buffers of both ends of a connection hold. */
const FLOOD_PACKETS = 16_000;
const BURST_PACKETS = 50;

describe('relay streams', { timeout: 30_000 }, () => {
  let test: TestRelay;
  before(async () => {
    test = await startTestRelay();
  });
  after(() => test.stop());

  for (const transport of ['tcp', 'tls'] as const) {
    it(`a reader over ${transport} that does not read loses packets, costs no memory, and recovers`, async () => {
      const peer = await UdpPeer.open();
      const credential = test.issue();
      const client = await test.connect(transport, credential);
      const { relayed } = await client.allocate();
      await client.bindChannel(0x4000, peer.address);
      const drops = () => test.relay.counters().drop_peer_client_slow;
      const arrived = () => test.relay.counters().peer_channel_data_relayed + drops();
      const sendBurst = async () => {
        const expected = arrived() + BURST_PACKETS;
        for (let index = 0; index < BURST_PACKETS; index++) {
          peer.send(relayed[0] as AddressWords, Buffer.alloc(PACKET_BYTES, index));
        }
        // The relay's own receive buffer may lose some; then the burst is over when no more come.
        for (let turn = 0; turn < 1_000 && arrived() < expected; turn++) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const dropsBefore = drops();
      const socket = client.transport.socket as Socket;
      socket.pause();
      for (let sent = 0; sent < FLOOD_PACKETS; sent += BURST_PACKETS) {
        await sendBurst();
      }
      assert.ok(drops() > dropsBefore, 'packets were dropped');
      const [dropsWhenFull, arrivedWhenFull] = [drops(), arrived()];
      await sendBurst();
      await waitFor('that what comes when all is full is dropped', () => {
        const more = arrived() - arrivedWhenFull;
        return more > 0 && drops() - dropsWhenFull === more;
      });
      socket.resume();
      await client.refresh(600);
      const { payload } = await client.receive();
      assert.equal(payload.length, PACKET_BYTES);
      client.sendChannelData(0x4000, Buffer.from('still here'));
      assert.equal(Buffer.from((await peer.receive()).payload).toString(), 'still here');
      await test.relay.flushUsage();
      const rows = test.usage.flatMap((delta) => delta.rows).filter(({ username }) => username === credential.username);
      const egressBytes = rows.reduce((sum, row) => sum + row.egressBytes, 0);
      assert.equal(egressBytes, client.traffic.receivedBytes, 'what was lost is no usage');
      await peer.close();
      await client.close();
    });
  }

  it('a new certificate serves new connections, and old ones go on', async () => {
    const peer = await UdpPeer.open();
    const before = await test.connect('tls');
    const { relayed } = await before.allocate();
    await before.bindChannel(0x4000, peer.address);
    const material = makeSelfSignedCertificate(
      { hostnames: ['localhost'], addresses: [parseIp('127.0.0.1') as AddressWords] },
      Date.now() as UnixMs,
    );
    assert.equal(test.relay.setCertificate({ certificate: material.certificate, key: 'damaged' }), false);
    assert.equal(test.relay.setCertificate(material), true);
    const next = await waitFor('that the new certificate serves', () =>
      test.connect('tls', { tls: { ca: material.certificate } }),
    );
    await next.allocate();
    const fingerprintOf = (socket: unknown) => (socket as TLSSocket).getPeerCertificate().fingerprint256;
    assert.notEqual(fingerprintOf(next.transport.socket), fingerprintOf(before.transport.socket));
    before.sendChannelData(0x4000, Buffer.from('over the old session'));
    assert.equal(Buffer.from((await peer.receive()).payload).toString(), 'over the old session');
    peer.send(relayed[0] as AddressWords, Buffer.from('and back'));
    assert.equal(Buffer.from((await before.receive()).payload).toString(), 'and back');
    await peer.close();
  });
});
