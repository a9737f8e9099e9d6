import type { DatagramHandler, DatagramSockets } from './datagram-sockets.ts';
import { DgramSockets } from './dgram-sockets.ts';

/** A listener takes bursts of all its clients; the system grants less where `net.core.rmem_max` says so. */
const LISTENER_RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** The back end for the UDP sockets of a worker. */
export function createDatagramSockets(handler: DatagramHandler): DatagramSockets {
  return new DgramSockets(handler, { receiveBufferBytes: LISTENER_RECEIVE_BUFFER_BYTES });
}
