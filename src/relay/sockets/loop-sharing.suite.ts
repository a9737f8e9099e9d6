import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { it } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { portOf } from '../../base/socket-address.ts';
import type { DatagramBench } from './test-support/datagram-bench.ts';

/** The part of the suite in which datagrams and the rest of the event loop take turns. */
export function testSharingTheLoop(makeBench: () => DatagramBench): void {
  it('leaves streams, timers and turns of the loop their time while datagrams never cease', async () => {
    const bench = makeBench();
    const left = await bench.opened(0);
    const right = await bench.opened(1);
    let isOver = false;
    bench.recorder.onDatagram = (socket) => {
      if (!isOver) {
        bench.send(socket, socket === 0 ? right : left, Buffer.from('and back'));
      }
    };
    for (let index = 0; index < 8; index++) {
      bench.send(0, right, Buffer.from('there'));
    }
    const before = bench.recorder.received.length;
    await exchangeOverStream(100);
    for (let index = 0; index < 20; index++) {
      await delay(2);
      await nextTurn();
    }
    isOver = true;
    assert.ok(bench.recorder.received.length - before > 100, 'the datagrams never ceased');
  });

  it('hears everybody, however much others are sent', { timeout: 20_000 }, async () => {
    const bench = makeBench();
    const flooded = [await bench.opened(0), await bench.opened(1)];
    const quiet = await bench.opened(2);
    await bench.opened(3);
    bench.recorder.onDatagram = (socket) => {
      // Slower than they arrive.
      for (const end = performance.now() + 0.03; socket < 2 && performance.now() < end; ) {}
    };
    const flood = new Worker(FLOODING_THREAD, { eval: true, workerData: flooded.map((local) => portOf(local)) });
    await Promise.all([bench.receivedBy(0, 100), bench.receivedBy(1, 100)]);
    const before = bench.recorder.received.length;
    bench.send(3, quiet, Buffer.from('me too'));
    await bench.receivedBy(2, 1);
    const heardBefore = bench.recorder.received.length - before;
    await flood.terminate();
    assert.ok(heardBefore < 4_000, `${heardBefore} others were heard first`);
  });

  it('receives at once what comes after turns of the loop in between', async () => {
    const bench = makeBench();
    const local = await bench.opened(0);
    // The sockets fall asleep and wake up in every way they know, and never miss what comes next.
    const timer = setInterval(() => {}, 1);
    const ticking = new Worker(TICKING_THREAD, { eval: true, workerData: portOf(local) });
    ticking.on('message', () => {});
    const [sent] = (await once(ticking, 'exit')) as [number];
    clearInterval(timer);
    await bench.receivedBy(0, sent);
  });
}

/** Sends datagrams to both ports for five seconds. */
const FLOODING_THREAD = `
  const { workerData } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket('udp4');
  const end = Date.now() + 5_000;
  function flood() {
    for (let index = 0; index < 200; index++) {
      workerData.forEach((port) => socket.send('.', port, '127.0.0.1'));
    }
    if (Date.now() < end) {
      setImmediate(flood);
    } else {
      socket.close();
    }
  }
  socket.bind(0, '127.0.0.1', flood);
`;

/** Sends datagrams to the port, with messages to its parent in between; how many datagrams is its exit code. */
const TICKING_THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket('udp4');
  const never = new Int32Array(new SharedArrayBuffer(4));
  let sent = 0;
  function tick(left) {
    Atomics.wait(never, 0, 0, 0.05 + 0.3 * (left % 7));
    if (left % 50 > 20) {
      parentPort.postMessage(left);
    }
    if (left === 0) {
      socket.close(() => process.exit(sent));
      return;
    }
    for (let index = 0; index < left % 4; index++) {
      socket.send('.', workerData, '127.0.0.1');
      sent += 1;
    }
    setImmediate(tick, left - 1);
  }
  tick(2000);
`;

/** Sends a byte there and back again so many times, over a connection of this thread to itself. */
async function exchangeOverStream(rounds: number): Promise<void> {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const client = createConnection(port, '127.0.0.1');
  await once(client, 'connect');
  for (let round = 0; round < rounds; round++) {
    client.write('.');
    await once(client, 'data');
  }
  client.destroy();
  server.close();
  await once(server, 'close');
}
