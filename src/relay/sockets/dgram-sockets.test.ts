import { testDatagramSockets } from './datagram-sockets.suite.ts';
import { DgramSockets } from './dgram-sockets.ts';

testDatagramSockets('dgram', (handler) => new DgramSockets(handler, { receiveBufferBytes: 1024 * 1024 }));
