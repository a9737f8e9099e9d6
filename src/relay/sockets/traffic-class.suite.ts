import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseIp } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords } from '../../base/socket-address.ts';
import type { SocketToken } from './datagram-sockets.ts';
import type { DatagramBench } from './test-support/datagram-bench.ts';

/** DSCP 46 (expedited forwarding), as WebRTC marks audio. */
const EXPEDITED = 0xb8;
/** No DSCP; ECN says that there was congestion. */
const CONGESTED = 0x03;
/** Classes that alternate, and runs of one class. */
const MIXED = [0, EXPEDITED, 0, 0, EXPEDITED, EXPEDITED, EXPEDITED, CONGESTED, CONGESTED, 0, 0, 0xff, EXPEDITED, 0];

/** The part of the suite about DSCP and ECN: each datagram has its own, whatever is sent and received along with it. */
export function testTrafficClasses(makeBench: () => DatagramBench): void {
  for (const [family, loopback] of [
    ['IPv4', parseIp('127.0.0.1')],
    ['IPv6', parseIp('::1')],
  ] as const) {
    it(`keeps the order of a flow over ${family}, and the traffic class of each of its datagrams`, async () => {
      const bench = makeBench();
      const receiver = await bench.opened(0, { local: loopback as AddressWords });
      await bench.opened(1, { local: loopback as AddressWords });
      queueEach(bench, 1, receiver, MIXED);
      bench.sockets.flush();
      const received = await bench.receivedBy(0, MIXED.length);
      assert.deepEqual(
        received.map(({ payload }) => payload[0]),
        MIXED.map((_, index) => index),
      );
      assert.deepEqual(
        received.map(({ trafficClass }) => trafficClass),
        expectedOf(bench, MIXED),
      );
    });

    it(`sends what lies in a batch on over ${family} with the traffic class that it came with`, async () => {
      const bench = makeBench();
      const echo = await bench.opened(0, { local: loopback as AddressWords });
      await bench.opened(1, { local: loopback as AddressWords });
      bench.recorder.onDatagram = (socket, batch, index) => {
        if (socket === 0) {
          const [offset, length] = [batch.offsets[index] as number, batch.lengths[index] as number];
          const trafficClass = batch.trafficClasses[index] as number;
          bench.sockets.send(socket, batch.from, index * ADDRESS_WORDS, batch.bytes, offset, length, trafficClass);
        }
      };
      queueEach(bench, 1, echo, MIXED);
      bench.sockets.flush();
      const received = await bench.receivedBy(1, MIXED.length);
      assert.deepEqual(
        received.map(({ trafficClass }) => trafficClass),
        expectedOf(bench, MIXED),
      );
    });
  }

  it('keeps the traffic class of what the system refuses at first, for an ICMP error of something earlier', async () => {
    const bench = makeBench();
    const receiver = await bench.opened(0);
    await bench.opened(1);
    const gone = await bench.opened(2);
    bench.close(2);
    const classes = [EXPEDITED, EXPEDITED, 0, 0];
    bench.send(1, gone, Buffer.from('nobody is there'));
    queueEach(bench, 1, receiver, classes);
    bench.sockets.flush();
    // What was refused at first arrives behind what was sent with it.
    const received = (await bench.receivedBy(0, classes.length)).toSorted((a, b) => a.payload.compare(b.payload));
    assert.deepEqual(
      received.map(({ trafficClass }) => trafficClass),
      expectedOf(bench, classes),
    );
  });
}

/** Queues a datagram of each class; all have the same length, and their number in their first byte. */
function queueEach(bench: DatagramBench, token: number, to: AddressWords, classes: readonly number[]): void {
  for (const [index, trafficClass] of classes.entries()) {
    const payload = Buffer.alloc(100, index);
    bench.sockets.send(token as SocketToken, to, 0, payload, 0, payload.length, trafficClass);
  }
}

function expectedOf({ sockets }: DatagramBench, classes: readonly number[]): readonly number[] {
  return classes.map((trafficClass) => (sockets.features.trafficClass ? trafficClass : 0));
}
