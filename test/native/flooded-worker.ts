// A thread whose sockets send to each other for ever; it says when it has received for the first time.

import { parentPort, workerData } from 'node:worker_threads';
import { loadDatagramAddon } from '../../native/index.js';
import { parseIp } from '../../src/base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, cloneAddress } from '../../src/base/socket-address.ts';
import type { DatagramBatch, DatagramHandler, SocketToken } from '../../src/relay/sockets/datagram-sockets.ts';
import { NativeSockets } from '../../src/relay/sockets/native-sockets.ts';

const SOCKETS = 20;
const loopback = parseIp('127.0.0.1') as AddressWords;
const { backEnd, path } = workerData as { readonly backEnd: 'io_uring' | 'mmsg'; readonly path: string };

let bound = 0;
let previous: AddressWords | undefined;

/** Sends back whatever comes, after a first datagram to start it. */
const handler: DatagramHandler = {
  handleOpened(socket, local) {
    if (previous !== undefined) {
      for (let index = 0; index < 10; index++) {
        sockets.send(socket, previous, 0, new Uint8Array(1200), 0, 1200, 0xb8);
      }
      sockets.flush();
    }
    previous = cloneAddress(local);
    bound += 1;
  },
  handleOpenFailed(_socket, _failure, message) {
    throw new Error(message);
  },
  handleBatch(batch: DatagramBatch) {
    for (let index = 0; index < batch.count; index++) {
      const socket = batch.sockets[index] as SocketToken;
      const [offset, length] = [batch.offsets[index] as number, batch.lengths[index] as number];
      sockets.send(
        socket,
        batch.from,
        index * ADDRESS_WORDS,
        batch.bytes,
        offset,
        length,
        batch.trafficClasses[index] as number,
      );
    }
    if (bound === SOCKETS) {
      bound += 1;
      parentPort?.postMessage('receiving');
    }
  },
  handleIcmp() {},
};

const loaded = loadDatagramAddon(path);
if (!('addon' in loaded)) {
  throw new Error(loaded.reason);
}
const sockets = new NativeSockets(loaded.addon, handler, {
  backEnd,
  receiveBufferBytes: 1024 * 1024,
  bufferCount: 64,
});
for (let token = 0; token < SOCKETS; token++) {
  sockets.open(token as SocketToken, { local: loopback, shared: false, dontFragment: false });
}
