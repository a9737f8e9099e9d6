import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { formatIp, parseIp } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, cloneAddress, portOf, withPort } from '../../base/socket-address.ts';
import {
  BATCH_MAX,
  type DatagramBatch,
  type DatagramHandler,
  type DatagramSockets,
  HEADROOM_BYTES,
  type OpenFailure,
  type OpenOptions,
  type SocketToken,
  TAILROOM_BYTES,
} from './datagram-sockets.ts';

interface Received {
  readonly socket: number;
  readonly from: AddressWords;
  readonly payload: Buffer;
}

/** Records what the sockets report, and lets a test wait for it. */
class Recorder implements DatagramHandler {
  readonly opened = new Map<number, AddressWords>();
  readonly failed = new Map<number, OpenFailure>();
  readonly received: Received[] = [];
  readonly batchSizes: number[] = [];
  isInCall = false;
  onDatagram: (socket: SocketToken, batch: DatagramBatch, index: number) => void = () => {};
  #waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  handleOpened(socket: SocketToken, local: AddressWords): void {
    assert.equal(this.isInCall, false, 'handleOpened came from within a call');
    this.opened.set(socket, cloneAddress(local));
    this.#wake();
  }

  handleOpenFailed(socket: SocketToken, failure: OpenFailure, message: string): void {
    assert.equal(this.isInCall, false, 'handleOpenFailed came from within a call');
    assert.notEqual(message, '');
    this.failed.set(socket, failure);
    this.#wake();
  }

  handleBatch(batch: DatagramBatch): void {
    assert.equal(this.isInCall, false, 'handleBatch came from within a call');
    assert.ok(batch.count > 0 && batch.count <= BATCH_MAX, `${batch.count} datagrams in a batch`);
    this.batchSizes.push(batch.count);
    let freeFrom = 0;
    for (let index = 0; index < batch.count; index++) {
      const offset = batch.offsets[index] as number;
      const length = batch.lengths[index] as number;
      assert.ok(offset - HEADROOM_BYTES >= freeFrom, 'headroom is free');
      freeFrom = offset + length + TAILROOM_BYTES;
      assert.ok(freeFrom <= batch.bytes.length, 'tailroom is there');
      this.received.push({
        socket: batch.sockets[index] as number,
        from: batch.from.slice(index * ADDRESS_WORDS, (index + 1) * ADDRESS_WORDS),
        payload: Buffer.from(batch.bytes.subarray(offset, offset + length)),
      });
      // Whoever handles a datagram may write around it; the others must not be touched by that.
      batch.bytes.fill(0xee, offset - HEADROOM_BYTES, offset);
      batch.bytes.fill(0xee, offset + length, freeFrom);
      this.onDatagram(batch.sockets[index] as SocketToken, batch, index);
    }
    this.#wake();
  }

  handleIcmp(): void {}

  /** Resolves when `isMet`; the test runner's time limit ends a wait in vain. */
  async until(isMet: () => boolean): Promise<void> {
    if (!isMet()) {
      await new Promise<void>((resolve) => this.#waiting.push({ isMet, resolve }));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) {
      if (entry.isMet()) {
        entry.resolve();
      } else {
        this.#waiting.push(entry);
      }
    }
  }
}

/** A recorder and the sockets it belongs to, with the calls a test makes. */
class Bench {
  readonly recorder = new Recorder();
  readonly sockets: DatagramSockets;

  constructor(create: (handler: DatagramHandler) => DatagramSockets) {
    this.sockets = create(this.recorder);
  }

  open(token: number, options: Partial<OpenOptions> = {}): void {
    this.#call(() =>
      this.sockets.open(token as SocketToken, {
        local: loopback4,
        shared: false,
        dontFragment: false,
        ...options,
      }),
    );
  }

  close(token: number): void {
    this.#call(() => this.sockets.close(token as SocketToken));
  }

  /** Opens, and waits for the bound address. */
  async opened(token: number, options: Partial<OpenOptions> = {}): Promise<AddressWords> {
    this.open(token, options);
    await this.recorder.until(() => this.recorder.opened.has(token) || this.recorder.failed.has(token));
    assert.equal(this.recorder.failed.get(token), undefined);
    return this.recorder.opened.get(token) as AddressWords;
  }

  send(token: number, to: AddressWords, payload: Uint8Array): void {
    // The payload stands in the middle of a larger buffer that is overwritten after the flush, as the real callers do.
    const bytes = new Uint8Array(payload.length + 20).fill(0xaa);
    bytes.set(payload, 10);
    this.#call(() => {
      this.sockets.send(token as SocketToken, to, 0, bytes, 10, payload.length);
      this.sockets.flush();
    });
    bytes.fill(0xbb);
  }

  async receivedBy(token: number, count: number): Promise<readonly Received[]> {
    const ofToken = () => this.recorder.received.filter((datagram) => datagram.socket === token);
    await this.recorder.until(() => ofToken().length >= count);
    return ofToken();
  }

  #call(run: () => void): void {
    this.recorder.isInCall = true;
    run();
    this.recorder.isInCall = false;
  }
}

const loopback4 = parseIp('127.0.0.1') as AddressWords;
const loopback6 = parseIp('::1') as AddressWords;
const documentation4 = parseIp('192.0.2.1') as AddressWords;
const limited = { timeout: 10_000 };

/** Every implementation of `DatagramSockets` passes this suite. */
export function testDatagramSockets(name: string, create: (handler: DatagramHandler) => DatagramSockets): void {
  describe(`datagram sockets: ${name}`, limited, () => {
    let benches: Bench[] = [];
    const bench = () => {
      const made = new Bench(create);
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
  });
}

function testOpening(makeBench: () => Bench): void {
  it('names itself and says what it can do', () => {
    const { sockets } = makeBench();
    assert.match(sockets.name, /^(dgram|mmsg|io_uring)$/);
    assert.equal(typeof sockets.features.dontFragment, 'boolean');
    assert.equal(typeof sockets.features.icmp, 'boolean');
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

function testReceiving(makeBench: () => Bench): void {
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

function testSending(makeBench: () => Bench): void {
  it('sends what lies in a received batch, in place', async () => {
    const bench = makeBench();
    const echo = await bench.opened(0);
    await bench.opened(1);
    bench.recorder.onDatagram = (socket, batch, index) => {
      if (socket === 0) {
        const offset = (batch.offsets[index] as number) - 4;
        batch.bytes.set([1, 2, 3, 4], offset);
        const length = (batch.lengths[index] as number) + 4;
        bench.sockets.send(socket, batch.from, index * ADDRESS_WORDS, batch.bytes, offset, length);
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

function testClosing(makeBench: () => Bench): void {
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
