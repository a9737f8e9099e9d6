import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { loadDatagramAddon } from '../../native/index.js';
import { parseIp } from '../../src/base/ip.ts';
import { type AddressWords, IPV4, IPV6, portOf } from '../../src/base/socket-address.ts';
import type { DatagramHandler, SocketToken } from '../../src/relay/sockets/datagram-sockets.ts';
import { NativeSockets } from '../../src/relay/sockets/native-sockets.ts';
import { DatagramBench, type Received } from '../../src/relay/sockets/test-support/datagram-bench.ts';
import { startTestRelay } from '../support/test-relay.ts';

const CHANNEL = 0x4001;
const HOP = 0 as SocketToken;
const PEER = 1 as SocketToken;
const LOOPBACKS = { [IPV4]: '127.0.0.1', [IPV6]: '::1' } as const;
/** DSCP 46 (expedited forwarding), and an ECN-capable sender. */
const FROM_CLIENT = 0xba;
/** DSCP 10 (assured forwarding), and congestion on the way. */
const FROM_PEER = 0x2b;

/** Sockets that can set and tell a traffic class, which Node's own cannot. */
function makeMarkingBench(test: TestContext): DatagramBench {
  const loaded = loadDatagramAddon();
  if (!('addon' in loaded)) {
    assert.fail(loaded.reason);
  }
  const options = { backEnd: 'mmsg', receiveBufferBytes: 1024 * 1024, bufferCount: 64 } as const;
  const bench = new DatagramBench((handler: DatagramHandler) => new NativeSockets(loaded.addon, handler, options));
  test.after(() => bench.sockets.stop());
  return bench;
}

/** Has `HOP` pass on what a client and the server send each other, and mark what the client sends. */
async function openMarkingHop(bench: DatagramBench, server: AddressWords): Promise<AddressWords> {
  let client: AddressWords = server;
  bench.recorder.onDatagram = (socket) => {
    if (socket === HOP) {
      const { from, payload } = bench.recorder.received.at(-1) as Received;
      const isAnswer = portOf(from) === portOf(server);
      client = isAnswer ? client : from;
      const [to, trafficClass] = isAnswer ? [client, 0] : [server, FROM_CLIENT];
      bench.sockets.send(HOP, to, 0, payload, 0, payload.length, trafficClass);
    }
  };
  return bench.opened(HOP);
}

describe('the traffic class of datagrams', { timeout: 30_000 }, () => {
  // Elsewhere than on Linux nothing can set or tell one.
  const backEnds = process.platform === 'linux' ? (['io_uring', 'mmsg', 'dgram'] as const) : [];
  for (const datagram of backEnds) {
    for (const family of [IPV4, IPV6] as const) {
      const whether = datagram === 'dgram' ? 'is lost' : 'stays as it was';
      it(`${whether} when ${datagram} relays between a client and a peer on IPv${family}`, async (test) => {
        const bench = makeMarkingBench(test);
        const relay = await startTestRelay({ datagram });
        test.after(() => relay.stop());
        const server = relay.listener('udp');
        const client = await relay.connect('udp', { server: await openMarkingHop(bench, server) });
        const peer = await bench.opened(PEER, { local: parseIp(LOOPBACKS[family]) as AddressWords });
        const { relayed } = await client.allocate({ family });
        await client.bindChannel(CHANNEL, peer);
        const fromServer = () =>
          bench.recorder.received.filter(({ socket, from }) => socket === HOP && portOf(from) === portOf(server));
        assert.ok(
          fromServer().every(({ trafficClass }) => trafficClass === 0),
          'an answer has the class of its request',
        );

        client.sendChannelData(CHANNEL, Buffer.from('to the peer'));
        const [there] = await bench.receivedBy(PEER, 1);
        assert.equal(there?.trafficClass, datagram === 'dgram' ? 0 : FROM_CLIENT);

        bench.send(PEER, relayed[0] as AddressWords, Buffer.from('to the client'), FROM_PEER);
        assert.equal(Buffer.from((await client.receive()).payload).toString(), 'to the client');
        assert.equal(fromServer().at(-1)?.trafficClass, datagram === 'dgram' ? 0 : FROM_PEER);
      });
    }
  }
});
