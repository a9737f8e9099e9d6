import { loadDatagramAddon } from '../../../native/index.js';
import { BackEndFailure } from './back-end-failure.ts';
import type { DatagramBackEnd } from './datagram-back-end.ts';
import type { DatagramHandler, DatagramSockets } from './datagram-sockets.ts';
import { DgramSockets } from './dgram-sockets.ts';
import { NativeSockets } from './native-sockets.ts';

/** A listener takes bursts of all its clients; the system grants less where `net.core.rmem_max` says so. */
const LISTENER_RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** What was received and not yet handled, over all sockets of a worker; the kernel's own buffers come on top. */
const RECEIVE_BUFFERS = 512;

/**
 * The UDP sockets of a worker, by the back end that was chosen at the start.
 * @throws {BackEndFailure | Error} a native one may be missing, and the system may refuse it.
 */
export function createDatagramSockets(handler: DatagramHandler, backEnd: DatagramBackEnd): DatagramSockets {
  if (backEnd === 'dgram') {
    return new DgramSockets(handler, { receiveBufferBytes: LISTENER_RECEIVE_BUFFER_BYTES });
  }
  const loaded = loadDatagramAddon();
  if ('reason' in loaded) {
    throw new BackEndFailure(process.platform === 'linux' ? 'addon_missing' : 'platform', loaded.reason);
  }
  return new NativeSockets(loaded.addon, handler, {
    backEnd,
    receiveBufferBytes: LISTENER_RECEIVE_BUFFER_BYTES,
    bufferCount: RECEIVE_BUFFERS,
  });
}
