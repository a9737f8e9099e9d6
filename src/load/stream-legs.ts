import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { copyBytes } from '../base/bytes.ts';
import { formatIp } from '../base/ip.ts';
import { type AddressWords, portOf } from '../base/socket-address.ts';
import { StreamFraming } from '../stun/stream-framing.ts';
import type { ClientAddresses } from './client-addresses.ts';
import type { ClientLegs, EndpointHandler } from './endpoint-handler.ts';

/** Bytes that a connection may hold back for a reader that is slow; what comes on top is refused. */
const QUEUE_BYTES_MAX = 256 * 1024;
/** First size of a connection's buffer. */
const BUFFER_BYTES_MIN = 1_024;

export interface StreamLegsOptions {
  readonly server: AddressWords;
  readonly isTls: boolean;
  /** The name to ask a TLS server for; absent where the URL has an address. */
  readonly hostname: string | undefined;
  readonly clientAddresses: ClientAddresses;
  readonly handler: EndpointHandler;
}

interface Leg {
  readonly socket: Socket;
  readonly framing: StreamFraming;
  /** What was sent and not flushed: the first `used` bytes. */
  buffer: Uint8Array;
  used: number;
}

/** Clients over TCP or TLS, one connection each. */
export class StreamLegs implements ClientLegs {
  refused = 0;
  readonly #options: StreamLegsOptions;
  readonly #legs: (Leg | undefined)[] = [];
  /** Clients with something pending. */
  readonly #unflushed: number[] = [];

  constructor(options: StreamLegsOptions) {
    this.#options = options;
  }

  open(client: number): void {
    const { isTls, handler } = this.#options;
    const socket = this.#connect();
    const leg: Leg = { socket, framing: new StreamFraming(), buffer: new Uint8Array(BUFFER_BYTES_MIN), used: 0 };
    this.#legs[client] = leg;
    let reason = 'the server closed the connection';
    socket.setNoDelay();
    // Left to itself, Node would join the writes that wait into one, and what costs a server is the number of them.
    Object.assign(socket, { _writev: null });
    socket.once(isTls ? 'secureConnect' : 'connect', () => handler.handleLegOpened(client));
    socket.on('data', (chunk: Buffer) => this.#receive(client, leg, chunk));
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.once('close', () => {
      if (this.#legs[client] === leg) {
        this.#legs[client] = undefined;
        handler.handleLegFailed(client, reason);
      }
    });
  }

  close(client: number): void {
    const leg = this.#legs[client];
    this.#legs[client] = undefined;
    leg?.socket.destroy();
  }

  send(client: number, bytes: Uint8Array, offset: number, length: number): void {
    const leg = this.#legs[client];
    if (leg === undefined || leg.socket.writableLength > QUEUE_BYTES_MAX) {
      this.refused += 1;
      return;
    }
    if (this.#options.isTls) {
      // A record for each message, as clients send them: what a record costs the server is what TLS is measured for.
      leg.socket.write(bytes.slice(offset, offset + length));
      return;
    }
    if (leg.used === 0) {
      this.#unflushed.push(client);
    }
    const end = leg.used + length;
    if (end > leg.buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * leg.buffer.length));
      larger.set(leg.buffer.subarray(0, leg.used));
      leg.buffer = larger;
    }
    copyBytes(bytes, offset, leg.buffer, leg.used, length);
    leg.used = end;
  }

  flush(): void {
    for (const client of this.#unflushed) {
      const leg = this.#legs[client];
      if (leg !== undefined) {
        // Node keeps what it is given until it is written, and the buffer is used again: one copy for all of a batch.
        leg.socket.write(leg.buffer.slice(0, leg.used));
        leg.used = 0;
      }
    }
    this.#unflushed.length = 0;
  }

  #connect(): Socket {
    const { server, isTls, hostname, clientAddresses } = this.#options;
    const local = clientAddresses.next();
    const target = {
      host: formatIp(server),
      port: portOf(server),
      localAddress: formatIp(local),
      localPort: portOf(local),
    };
    // The load is measured, not trusted: a server on its first start has a certificate of its own making.
    const tls = { rejectUnauthorized: false, ...(hostname === undefined ? {} : { servername: hostname }) };
    return isTls ? connectTls({ ...target, ...tls }) : connect(target);
  }

  #receive(client: number, leg: Leg, chunk: Buffer): void {
    const { handler } = this.#options;
    const { framing } = leg;
    handler.handleArrivalsBegin();
    framing.push(chunk);
    while (this.#legs[client] === leg && framing.next()) {
      handler.handleClientMessage(client, framing.bytes, framing.offset, framing.length);
    }
    handler.handleArrivalsEnd();
    if (framing.failed) {
      leg.socket.destroy(new Error('the stream lost its framing'));
    }
  }
}
