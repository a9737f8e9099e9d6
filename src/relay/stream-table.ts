import type { Socket } from 'node:net';
import type { Clock, Instant } from '../base/clock.ts';
import { STREAM_IDLE_MS_MAX } from '../base/limits.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { ClientSocketId } from '../turn/path.ts';
import { AddressLimit } from './address-limit.ts';
import type { CertificateMaterial } from './certificate/certificate-material.ts';
import { listenTcp, readEnds, type StreamListener } from './listen-tcp.ts';
import { RELAY_COUNTER } from './relay-counters.ts';
import { StreamChunks, StreamConnection } from './stream-connection.ts';
import { TlsHandshakes, type TlsOptions } from './tls-handshakes.ts';

/** What connections tell the event loop. */
export interface StreamHandler {
  handleStreamOpened(connection: StreamConnection): void;
  /** One whole message; the bytes stay as they are until `handleStreamPause`. */
  handleStreamFrame(
    connection: StreamConnection,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): void;
  /** What had arrived is handled: time to send. */
  handleStreamPause(): void;
  /** Follows every `handleStreamOpened` once. */
  handleStreamClosed(connection: StreamConnection): void;
  /** Whether the connection has an allocation, and may be silent for as long as that lives. */
  isStreamInUse(connection: StreamConnection): boolean;
}

export interface StreamTableOptions {
  /** Absent when no TLS port is listened on. */
  readonly tls?: TlsOptions | undefined;
  readonly clock: Clock;
  /** Indexed by `RELAY_COUNTER`. */
  readonly counters: Float64Array;
  /** Connections get numbers from here on. */
  readonly firstId: number;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
}

/** The TCP and TLS connections of one worker: accepted within limits, cut into messages, closed when idle or malformed. */
export class StreamTable {
  readonly #options: StreamTableOptions;
  readonly #handler: StreamHandler;
  readonly #counters: Float64Array;
  readonly #listeners: StreamListener[] = [];
  readonly #tls: TlsHandshakes | undefined;
  readonly #chunks = new StreamChunks();
  readonly #addresses: AddressLimit;
  readonly #accepted = new Set<Socket>();
  readonly #connections = new Map<ClientSocketId, StreamConnection>();
  readonly #freeIds: ClientSocketId[] = [];
  #nextId: number;
  #isListening = true;

  constructor(options: StreamTableOptions, handler: StreamHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#counters = options.counters;
    this.#nextId = options.firstId;
    this.#addresses = new AddressLimit(options.connectionsPerAddressMax);
    this.#tls =
      options.tls === undefined
        ? undefined
        : new TlsHandshakes(options.tls, options.counters, (socket) => this.#open('tls', socket));
  }

  /** The connection of that number, while it is open. */
  find(id: ClientSocketId): StreamConnection | undefined {
    return this.#connections.get(id);
  }

  /**
   * Listens on one more address; answers with the real port.
   * @throws {NodeJS.ErrnoException} of the system when the port cannot be bound.
   */
  async listen(transport: 'tcp' | 'tls', local: AddressWords, shared: boolean): Promise<AddressWords> {
    const listener = await listenTcp(local, shared, (socket) => this.#accept(transport, socket));
    if (this.#isListening) {
      this.#listeners.push(listener);
    } else {
      listener.close();
    }
    return listener.local;
  }

  setCertificate(material: CertificateMaterial): void {
    this.#tls?.setCertificate(material);
  }

  /** Closes the connections that have no allocation and have been silent for too long. */
  closeIdle(now: Instant): void {
    for (const connection of this.#connections.values()) {
      if (this.#handler.isStreamInUse(connection)) {
        connection.activeAt = now;
      } else if (now - connection.activeAt >= STREAM_IDLE_MS_MAX) {
        this.#count(RELAY_COUNTER.stream_closed_idle);
        connection.close();
      }
    }
  }

  /** Takes no more connections, nor on a port that is being bound; those that there are stay. */
  stopListening(): void {
    this.#isListening = false;
    for (const listener of this.#listeners.splice(0)) {
      listener.close();
    }
  }

  /** Closes everything. */
  stop(): void {
    this.stopListening();
    for (const socket of this.#accepted) {
      socket.destroy();
    }
  }

  #accept(transport: 'tcp' | 'tls', socket: Socket): void {
    const ends = readEnds(socket);
    if (ends === undefined) {
      socket.destroy();
      return;
    }
    if (this.#accepted.size >= this.#options.connectionsMax) {
      this.#count(RELAY_COUNTER.stream_refused_worker_limit);
      socket.destroy();
      return;
    }
    if (!this.#addresses.take(ends.remote)) {
      this.#count(RELAY_COUNTER.stream_refused_address_limit);
      socket.destroy();
      return;
    }
    this.#count(RELAY_COUNTER.stream_connections_accepted);
    this.#accepted.add(socket);
    this.#counters[RELAY_COUNTER.stream_connections] = this.#accepted.size;
    // A connection that breaks is closed by Node; why is nobody's concern.
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#accepted.delete(socket);
      this.#addresses.giveBack(ends.remote);
      this.#counters[RELAY_COUNTER.stream_connections] = this.#accepted.size;
    });
    if (transport === 'tcp') {
      this.#open('tcp', socket);
    } else if (this.#tls?.begin(socket) !== true) {
      socket.destroy();
    }
  }

  #open(transport: 'tcp' | 'tls', socket: Socket): void {
    const ends = readEnds(socket);
    if (ends === undefined) {
      socket.destroy();
      return;
    }
    const id = this.#freeIds.pop() ?? (this.#nextId++ as ClientSocketId);
    const now = this.#options.clock.now();
    const connection = new StreamConnection({ id, transport, ...ends }, socket, this.#chunks, now);
    this.#connections.set(id, connection);
    if (transport === 'tls') {
      socket.on('error', () => {});
    }
    socket.on('data', (chunk: Buffer) => this.#receive(connection, chunk));
    socket.once('close', () => {
      this.#connections.delete(id);
      this.#freeIds.push(id);
      this.#handler.handleStreamClosed(connection);
    });
    this.#handler.handleStreamOpened(connection);
  }

  #receive(connection: StreamConnection, chunk: Buffer): void {
    const { framing } = connection;
    const now = this.#options.clock.now();
    if (connection.isClosed) {
      return;
    }
    framing.push(chunk);
    while (!connection.isClosed && framing.next()) {
      connection.activeAt = now;
      this.#handler.handleStreamFrame(connection, framing.bytes, framing.offset, framing.length, now);
    }
    this.#handler.handleStreamPause();
    if (framing.failed && !connection.isClosed) {
      this.#count(RELAY_COUNTER.stream_closed_malformed);
      connection.close();
    }
  }

  #count(place: number): void {
    (this.#counters[place] as number) += 1;
  }
}
