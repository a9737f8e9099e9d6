import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { it } from 'node:test';
import { parseIp } from '../../base/ip.ts';
import { type AddressWords, portOf, withPort } from '../../base/socket-address.ts';
import type { DatagramBench } from './test-support/datagram-bench.ts';

const loopback = parseIp('127.0.0.1') as AddressWords;

/** The part of the suite in which sends fail for what came of earlier ones. */
export function testFailedSends(makeBench: () => DatagramBench): void {
  it('sends once more what an ICMP error was in the way of, and nothing else in its place later', async () => {
    const bench = makeBench();
    const nobody = await closedPort();
    const receivers = await openEach(bench, [10, 11, 12, 13, 14, 15, 16, 17]);
    const [mark, secret] = (await openEach(bench, [18, 19])) as [AddressWords, AddressWords];
    await openEach(bench, [0, 1, 2, 3, 4, 5]);
    let batches = 0;
    // More arrives than one batch holds: while the first is handled, completions of the others wait before those of its sends.
    bench.recorder.onDatagram = (socket, _batch, index) => {
      if (index > 0 || socket >= 18) {
        return;
      }
      batches += 1;
      if (batches === 1) {
        bench.send(1, nobody, Buffer.from('an ICMP error comes back'));
        bench.sendTogether([
          [2, secret, 'one'],
          [3, secret, 'two'],
          [1, mark, 'three'],
        ]);
      } else {
        bench.send(2, secret, Buffer.from(`batch ${batches}`));
      }
    };
    for (let index = 0; index < 240; index++) {
      bench.send(4 + (index % 2), receivers[index % 8] as AddressWords, Buffer.from('.'));
    }
    await bench.recorder.until(() => bench.recorder.received.filter(({ socket }) => socket < 18).length === 240);
    await bench.receivedBy(19, 2 + batches - 1);
    const marked = await bench.receivedBy(18, 1);
    assert.deepEqual(
      marked.map(({ payload }) => payload.toString()),
      ['three'],
    );
  });

  it('reports every ICMP error once, although sockets send while it does', async (context) => {
    const bench = makeBench();
    if (!bench.sockets.features.icmp) {
      context.diagnostic('this back end reports none');
      return;
    }
    const [first, second, third] = await Promise.all([closedPort(), closedPort(), closedPort()]);
    await openEach(bench, [0, 1, 2]);
    const reported: number[] = [];
    const allReported = Promise.withResolvers<void>();
    bench.recorder.onIcmp = (_socket, to) => {
      reported.push(portOf(to));
      if (reported.length === 1) {
        // Each but the first is refused for the error of the one before, which is thereby told of.
        for (const text of ['a', 'b', 'c']) {
          bench.send(1, third, Buffer.from(text));
        }
      }
      if (reported.length === 7) {
        allReported.resolve();
      }
    };
    bench.sendTogether([
      [0, first, 'a'],
      [2, second, 'a'],
    ]);
    bench.sendTogether([
      [0, first, 'b'],
      [2, second, 'b'],
    ]);
    await allReported.promise;
    const expected = [first, first, second, second, third, third, third].map((address) => portOf(address));
    assert.deepEqual(reported.toSorted(), expected.toSorted());
  });
}

/** A port of loopback at which nobody is. */
async function closedPort(): Promise<AddressWords> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return withPort(loopback, port);
}

function openEach(bench: DatagramBench, tokens: readonly number[]): Promise<readonly AddressWords[]> {
  return Promise.all(tokens.map((token) => bench.opened(token)));
}
