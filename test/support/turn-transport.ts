import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { formatIp, parseIp } from '../../src/base/ip.ts';
import { type AddressWords, familyOf, IPV4, portOf, withPort } from '../../src/base/socket-address.ts';
import type { ClientTransport } from '../../src/contract/ids.ts';
import { StreamFraming } from '../../src/stun/stream-framing.ts';

/** One client's way to a server: it sends and receives whole messages. */
export interface TurnTransport {
  /** The client's own address. */
  readonly local: AddressWords;
  readonly isStream: boolean;
  /** The socket below, for what a test does to it. */
  readonly socket: Socket | DatagramSocket;
  send(message: Uint8Array): void;
  /** Resolves when the transport has ended, by whomever. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export interface TurnTransportOptions {
  readonly transport: ClientTransport;
  readonly server: AddressWords;
  /** The client's own port; one of the system's choice when absent. */
  readonly localPort?: number;
  /** For TLS: the authority to trust, protocols to offer, … */
  readonly tls?: ConnectionOptions;
}

/** Connects from the server's own IP address, which is loopback in tests. */
export async function connectTurnTransport(
  options: TurnTransportOptions,
  onMessage: (message: Uint8Array) => void,
): Promise<TurnTransport> {
  return options.transport === 'udp' ? connectUdp(options, onMessage) : connectStream(options, onMessage);
}

async function connectUdp(
  options: TurnTransportOptions,
  onMessage: (message: Uint8Array) => void,
): Promise<TurnTransport> {
  const socket = createSocket({
    type: familyOf(options.server) === IPV4 ? 'udp4' : 'udp6',
    recvBufferSize: 1024 * 1024,
  });
  const host = formatIp(options.server);
  socket.bind(options.localPort ?? 0, host);
  await once(socket, 'listening');
  socket.connect(portOf(options.server), host);
  await once(socket, 'connect');
  socket.on('message', onMessage);
  // A server that has stopped answers by ICMP; tests notice by its silence.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', resolve));
  let isClosed = false;
  return {
    local: withPort(options.server, socket.address().port),
    isStream: false,
    socket,
    send: (message) => socket.send(message),
    closed,
    close: () => {
      if (!isClosed) {
        isClosed = true;
        socket.close();
      }
      return closed;
    },
  };
}

async function connectStream(
  options: TurnTransportOptions,
  onMessage: (message: Uint8Array) => void,
): Promise<TurnTransport> {
  const host = formatIp(options.server);
  const target = {
    host,
    port: portOf(options.server),
    ...(options.localPort === undefined ? {} : { localAddress: host, localPort: options.localPort }),
  };
  const isTls = options.transport === 'tls';
  const socket = isTls ? connectTls({ ...target, ...options.tls }) : connect(target);
  await once(socket, isTls ? 'secureConnect' : 'connect');
  socket.setNoDelay();
  const framing = new StreamFraming();
  socket.on('data', (chunk: Buffer) => {
    framing.push(chunk);
    while (framing.next()) {
      onMessage(framing.bytes.slice(framing.offset, framing.offset + framing.length));
    }
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    local: withPort(parseIp(socket.localAddress ?? '') as AddressWords, socket.localPort ?? 0),
    isStream: true,
    socket,
    send: (message) => socket.write(message),
    closed,
    close: () => {
      socket.destroy();
      return closed;
    },
  };
}
