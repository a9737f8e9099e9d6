import { formatTransportAddress } from '../../../src/base/ip.ts';
import type { AddressWords } from '../../../src/base/socket-address.ts';
import { StreamFraming } from '../../../src/stun/stream-framing.ts';
import type { ClientSocketId } from '../../../src/turn/path.ts';
import { describePacket } from '../describe-packet.ts';
import type { ClientEnd } from '../model/worker-model.ts';
import type { StreamPipe, StreamReceiver } from '../network/stream-pipe.ts';
import type { SimulationContext } from '../simulation-context.ts';
import type { ServerHarness } from './server-harness.ts';

/** The numbers below are the UDP listeners'. */
const FIRST_SOCKET = 16;
const CLOSE_MS_MAX = 50;

interface Connection {
  readonly end: ClientEnd;
  /** From the server to the client. */
  readonly down: StreamPipe;
  readonly framing: StreamFraming;
  isClosing: boolean;
}

/** The stream connections of one worker: the server's ends. */
export class WorkerStreams {
  readonly #context: SimulationContext;
  readonly #harness: ServerHarness;
  readonly #flush: () => void;
  readonly #connections = new Map<number, Connection>();

  /** `flush` sends what the frames of one segment have resulted in. */
  constructor(context: SimulationContext, harness: ServerHarness, flush: () => void) {
    this.#context = context;
    this.#harness = harness;
    this.#flush = flush;
  }

  /** Takes a connection in, and returns what receives its bytes. */
  accept(transport: 'tcp' | 'tls', client: AddressWords, local: AddressWords, down: StreamPipe): StreamReceiver {
    // The lowest number that is free, so that numbers are soon used again.
    let socket = FIRST_SOCKET;
    while (this.#connections.has(socket)) {
      socket += 1;
    }
    const end = { socket, transport, address: client };
    const connection = { end, down, framing: new StreamFraming(), isClosing: false };
    this.#connections.set(socket, connection);
    this.#harness.server.addClientSocket(socket as ClientSocketId, transport, local);
    return {
      receive: (bytes) => this.#receive(connection, bytes),
      ended: () => this.#remove(connection),
    };
  }

  has(socket: number): boolean {
    return this.#connections.has(socket);
  }

  send(socket: number, bytes: Uint8Array): void {
    this.#connections.get(socket)?.down.write(bytes);
  }

  /** The server wants the connection closed, which takes a moment. */
  close(socket: number): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined || connection.isClosing) {
      return;
    }
    connection.isClosing = true;
    this.#context.queue.schedule(this.#context.draw.integer(0, CLOSE_MS_MAX), () => this.#remove(connection));
  }

  #receive(connection: Connection, bytes: Uint8Array): void {
    const { end, framing } = connection;
    if (connection.isClosing || !this.#isCurrent(connection)) {
      return;
    }
    const chunk = bytes.slice();
    framing.push(chunk);
    while (!connection.isClosing && framing.next()) {
      const frame = framing.bytes.slice(framing.offset, framing.offset + framing.length);
      this.#context.trace.record(
        this.#context.queue.now,
        () => `socket ${end.socket} ← ${formatTransportAddress(end.address)} ${describePacket(frame)}`,
      );
      this.#harness.handleClient(end, end.address, 0, framing, this.#context.queue.now);
      this.#flush();
    }
    // The memory is used anew, so that whoever still looks at it sees something else.
    chunk.fill(0xa5);
    if (framing.failed) {
      this.#remove(connection);
    }
  }

  #remove(connection: Connection): void {
    if (!this.#isCurrent(connection)) {
      return;
    }
    connection.isClosing = true;
    connection.down.end();
    this.#connections.delete(connection.end.socket);
    this.#harness.removeClientSocket(connection.end.socket, this.#context.queue.now);
  }

  #isCurrent(connection: Connection): boolean {
    return this.#connections.get(connection.end.socket) === connection;
  }
}
