import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { afterEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatIp, parseIp } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, portOf, withPort } from '../../base/socket-address.ts';
import { BATCH_MAX, type DatagramHandler, type DatagramSockets, type SocketToken } from './datagram-sockets.ts';
import { testFailedSends } from './failed-sends.suite.ts';
import { testSharingTheLoop } from './loop-sharing.suite.ts';
import { DatagramBench } from './test-support/datagram-bench.ts';
import { testTrafficClasses } from './traffic-class.suite.ts';

const loopback4 = parseIp('127.0.0.1') as AddressWords;
const loopback6 = parseIp('::1') as AddressWords;
const documentation4 = parseIp('192.0.2.1') as AddressWords;
const limited = { timeout: 10_000 };

/** Every implementation of `DatagramSockets` passes this suite. */
export function testDatagramSockets(name: string, create: (handler: DatagramHandler) => DatagramSockets): void {
  describe(`datagram sockets: ${name}`, limited, () => {
    let benches: DatagramBench[] = [];
    const bench = () => {
      const made = new DatagramBench(create);
      benches.push(made);
      return made;
    };
    afterEach(async () => {
      await Promise.all(benches.map((each) => each.sockets.stop()));
      benches = [];
    });
    testOpening(bench);
    testReceiving(bench);
    testSending(bench);
    testClosing(bench);
    testSharingTheLoop(bench);
    testFailedSends(bench);
    testTrafficClasses(bench);
  });
}

function testOpening(makeBench: () => DatagramBench): void {
  it('names itself and says what it can do', () => {
    const { sockets } = makeBench();
    assert.match(sockets.name, /^(dgram|mmsg|io_uring)$/);
    assert.equal(typeof sockets.features.dontFragment, 'boolean');
    assert.equal(typeof sockets.features.icmp, 'boolean');
    assert.equal(typeof sockets.features.trafficClass, 'boolean');
  });

  for (const [family, loopback] of [
    ['IPv4', loopback4],
    ['IPv6', loopback6],
  ] as const) {
    it(`binds ${family} ports: one of the system's choice, then that one again`, async () => {
      const bench = makeBench();
      const local = await bench.opened(0, { local: loopback });
      assert.notEqual(portOf(local), 0);
      assert.equal(formatIp(local), formatIp(loopback));
      bench.open(1, { local });
      await bench.recorder.until(() => bench.recorder.failed.has(1));
      assert.equal(bench.recorder.failed.get(1), 'in-use');
      bench.close(0);
      assert.deepEqual(await bench.opened(2, { local }), local);
    });

    it(`shares a ${family} port among shared sockets only`, async () => {
      const bench = makeBench();
      const local = await bench.opened(0, { local: loopback, shared: true });
      assert.deepEqual(await bench.opened(1, { local, shared: true }), local);
      bench.open(2, { local });
      await bench.recorder.until(() => bench.recorder.failed.has(2));
      assert.equal(bench.recorder.failed.get(2), 'in-use');
    });
  }

  it('binds the IPv6 wildcard beside the IPv4 wildcard', async () => {
    const bench = makeBench();
    const any4 = await bench.opened(0, { local: parseIp('0.0.0.0') as AddressWords });
    const any6 = await bench.opened(1, { local: withPort(parseIp('::') as AddressWords, portOf(any4)) });
    assert.equal(portOf(any6), portOf(any4));
  });

  it('says that an address is not of this machine', async () => {
    const bench = makeBench();
    bench.open(0, { local: parseIp('203.0.113.1') as AddressWords });
    await bench.recorder.until(() => bench.recorder.failed.has(0));
    assert.equal(bench.recorder.failed.get(0), 'unavailable');
  });

  it('is silent about a socket that was closed before its answer', async () => {
    const bench = makeBench();
    const local = await bench.opened(0);
    bench.open(1);
    bench.open(2, { local });
    bench.close(1);
    bench.close(2);
    await bench.opened(3);
    assert.equal(bench.recorder.opened.has(1), false);
    assert.equal(bench.recorder.failed.has(2), false);
  });

  it('opens thousands of sockets, and receives on each', { timeout: 20_000 }, async () => {
    const bench = makeBench();
    const count = 2_000;
    for (let token = 0; token < count; token++) {
      bench.open(token);
    }
    await bench.recorder.until(() => bench.recorder.opened.size === count);
    for (let token = 0; token < count; token++) {
      const next = bench.recorder.opened.get((token + 1) % count) as AddressWords;
      bench.send(token, next, Buffer.from(`from ${token}`));
    }
    await bench.recorder.until(() => bench.recorder.received.length === count);
    for (const { socket, payload } of bench.recorder.received) {
      assert.equal(payload.toString(), `from ${(socket + count - 1) % count}`);
    }
  });
}

function testReceiving(makeBench: () => DatagramBench): void {
  for (const [family, loopback] of [
    ['IPv4', loopback4],
    ['IPv6', loopback6],
  ] as const) {
    it(`receives over ${family} with the sender's address`, async () => {
      const bench = makeBench();
      const receiver = await bench.opened(0, { local: loopback });
      const sender = await bench.opened(1, { local: loopback });
      bench.send(1, receiver, Buffer.from('hello'));
      const [received] = await bench.receivedBy(0, 1);
      assert.deepEqual(received?.from, sender);
      assert.equal(received?.payload.toString(), 'hello');
    });
  }

  it('wakes up for what somebody else sends while it has nothing to do', { timeout: 2_000 }, async (test) => {
    const bench = makeBench();
    const receiver = await bench.opened(0);
    const somebody = createSocket('udp4');
    test.after(() => somebody.close());
    for (let count = 1; count <= 3; count++) {
      for (let turn = 0; turn < 5; turn++) {
        await nextTurn();
      }
      somebody.send(`number ${count}`, portOf(receiver), '127.0.0.1');
      const received = await bench.receivedBy(0, count);
      assert.equal(received.at(-1)?.payload.toString(), `number ${count}`);
    }
  });

  it('loses nothing of a burst that is larger than its buffers, and goes on after it', async (test) => {
    const bench = makeBench();
    const sockets = 600;
    const perSocket = 5;
    const locals = await Promise.all(Array.from({ length: sockets }, (_, token) => bench.opened(token)));
    const somebody = createSocket('udp4');
    test.after(() => somebody.close());
    for (let burst = 1; burst <= 3; burst++) {
      for (let count = 0; count < sockets * perSocket; count++) {
        somebody.send('x', portOf(locals[count % sockets] as AddressWords), '127.0.0.1');
      }
      await bench.recorder.until(() => bench.recorder.received.length === burst * sockets * perSocket);
    }
  });

  it('keeps the order of a flow across batches', async () => {
    const bench = makeBench();
    const receiver = await bench.opened(0);
    await bench.opened(1);
    const count = 3 * BATCH_MAX;
    for (let index = 0; index < count; index++) {
      bench.send(1, receiver, Buffer.from([index]));
    }
    const received = await bench.receivedBy(0, count);
    assert.deepEqual(
      received.map(({ payload }) => payload[0]),
      Array.from({ length: count }, (_, index) => index),
    );
  });

  it('delivers what arrived together as one batch', async () => {
    const bench = makeBench();
    const receiver = await bench.opened(0);
    await bench.opened(1);
    for (let index = 0; index < 20; index++) {
      bench.send(1, receiver, Buffer.from([index]));
    }
    await bench.receivedBy(0, 20);
    assert.ok(bench.recorder.batchSizes.length < 20, `${bench.recorder.batchSizes.length} batches of 20 datagrams`);
  });

  it('carries datagrams of 0 and of 65,507 bytes', async () => {
    const bench = makeBench();
    const receiver = await bench.opened(0);
    await bench.opened(1);
    const longest = Buffer.alloc(65_507, 'taciturn ');
    for (let index = 0; index < 3; index++) {
      bench.send(1, receiver, Buffer.alloc(0));
      bench.send(1, receiver, longest);
    }
    const received = await bench.receivedBy(0, 6);
    assert.deepEqual(
      received.map(({ payload }) => payload.length),
      [0, 65_507, 0, 65_507, 0, 65_507],
    );
    assert.ok(received[5]?.payload.equals(longest));
  });
}

function testSending(makeBench: () => DatagramBench): void {
  it('sends what lies in a received batch, in place', async () => {
    const bench = makeBench();
    const echo = await bench.opened(0);
    await bench.opened(1);
    bench.recorder.onDatagram = (socket, batch, index) => {
      if (socket === 0) {
        const offset = (batch.offsets[index] as number) - 4;
        batch.bytes.set([1, 2, 3, 4], offset);
        const length = (batch.lengths[index] as number) + 4;
        bench.sockets.send(socket, batch.from, index * ADDRESS_WORDS, batch.bytes, offset, length, 0);
      }
    };
    for (let index = 0; index < 100; index++) {
      bench.send(1, echo, Buffer.from([index, index]));
    }
    const received = await bench.receivedBy(1, 100);
    assert.deepEqual(
      received.map(({ payload }) => [...payload]),
      Array.from({ length: 100 }, (_, index) => [1, 2, 3, 4, index, index]),
    );
  });

  it('sends whatever number is queued before a flush, each as it was given', async () => {
    const bench = makeBench();
    // Several, since a receive buffer of the system's own size holds some two hundred.
    const receivers = await Promise.all([1, 2, 3, 4, 5].map((token) => bench.opened(token)));
    await bench.opened(0);
    const payloads = Array.from({ length: 400 }, (_, index) => Buffer.from(`datagram ${index} `.repeat(5)));
    for (const [index, payload] of payloads.entries()) {
      const to = receivers[index % receivers.length] as AddressWords;
      bench.sockets.send(0 as SocketToken, to, 0, payload, 0, payload.length, 0);
    }
    bench.sockets.flush();
    await bench.recorder.until(() => bench.recorder.received.length === payloads.length);
    assert.deepEqual(
      bench.recorder.received.map(({ payload }) => payload.toString()).sort(),
      payloads.map(String).sort(),
    );
  });

  it('drops and counts what cannot be sent', async () => {
    const bench = makeBench();
    const local = await bench.opened(0);
    const local6 = await bench.opened(1, { local: loopback6 });
    bench.send(0, withPort(local, 0), Buffer.from('to port 0'));
    bench.send(0, local6, Buffer.from('to the other family'));
    bench.send(9, local, Buffer.from('from a socket that is not open'));
    bench.send(0, withPort(documentation4, 9), Buffer.from('from loopback to elsewhere'));
    bench.send(0, local, Buffer.alloc(65_508));
    bench.send(0, local, Buffer.from('this one arrives'));
    const [received] = await bench.receivedBy(0, 1);
    assert.equal(received?.payload.toString(), 'this one arrives');
    assert.equal(bench.sockets.sendDrops, 5);
  });

  it('survives a closed port at the other end', async () => {
    const bench = makeBench();
    const local = await bench.opened(0);
    const gone = await bench.opened(1);
    bench.close(1);
    for (let index = 0; index < 10; index++) {
      bench.send(0, gone, Buffer.from('nobody is there'));
    }
    bench.send(0, local, Buffer.from('to itself'));
    const [received] = await bench.receivedBy(0, 1);
    assert.equal(received?.payload.toString(), 'to itself');
  });
}

function testClosing(makeBench: () => DatagramBench): void {
  it('closes a socket within a batch, and names it no more', async () => {
    const bench = makeBench();
    const receiver = await bench.opened(0);
    await bench.opened(1);
    const end = await bench.opened(2);
    let batchesAtClose = 0;
    bench.recorder.onDatagram = (socket) => {
      if (socket === 0 && batchesAtClose === 0) {
        bench.sockets.close(socket);
        batchesAtClose = bench.recorder.batchSizes.length;
      }
    };
    for (let index = 0; index < 4 * BATCH_MAX; index++) {
      bench.send(1, receiver, Buffer.from([index]));
    }
    bench.send(1, end, Buffer.from('end'));
    await bench.receivedBy(2, 1);
    const inBatch = bench.recorder.batchSizes[batchesAtClose - 1] as number;
    const ofClosed = bench.recorder.received.filter(({ socket }) => socket === 0);
    assert.ok(ofClosed.length >= 1 && ofClosed.length <= inBatch, `${ofClosed.length} datagrams of a closed socket`);
  });

  it('gives a successor of the same number nothing of its predecessor', async () => {
    const bench = makeBench();
    const before = await bench.opened(0);
    await bench.opened(1);
    bench.send(1, before, Buffer.from('for the predecessor'));
    bench.close(0);
    bench.recorder.opened.delete(0);
    const after = await bench.opened(0);
    bench.send(1, after, Buffer.from('for the successor'));
    const [received] = await bench.receivedBy(0, 1);
    assert.equal(received?.payload.toString(), 'for the successor');
  });

  it('does nothing more after a stop', async () => {
    const bench = makeBench();
    const local = await bench.opened(0);
    bench.sockets.send(0 as SocketToken, local, 0, Buffer.from('too late'), 0, 8, 0);
    await bench.sockets.stop();
    bench.sockets.flush();
    bench.sockets.close(0 as SocketToken);
    await bench.sockets.stop();
  });

  it('ignores closing what is not open', () => {
    const bench = makeBench();
    bench.close(5);
    bench.close(5);
  });

  it('stops: every port is free again', async () => {
    const bench = makeBench();
    const local = await bench.opened(0);
    const shared = await bench.opened(1, { shared: true });
    await bench.sockets.stop();
    const successor = makeBench();
    assert.deepEqual(await successor.opened(0, { local }), local);
    assert.deepEqual(await successor.opened(1, { local: shared }), shared);
  });
}
