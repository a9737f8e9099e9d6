import type { Socket } from 'node:net';
import { copyBytes } from '../base/bytes.ts';
import type { Instant } from '../base/clock.ts';
import { STREAM_ANSWER_QUEUE_BYTES_MAX, STREAM_RELAYED_QUEUE_BYTES_MAX } from '../base/limits.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { ClientTransport } from '../contract/ids.ts';
import { StreamFraming } from '../stun/stream-framing.ts';
import type { ClientSocketId } from '../turn/path.ts';

/** Bytes that are gathered for one write: a TLS record's worth. */
const CHUNK_BYTES = 16 * 1024;
/** Chunks that are kept between batches. */
const CHUNKS_KEPT_MAX = 64;

/** Memory that connections gather a batch in; between batches it is nobody's. */
export class StreamChunks {
  readonly #free: Uint8Array[] = [];

  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(CHUNK_BYTES);
  }

  give(chunk: Uint8Array): void {
    if (this.#free.length < CHUNKS_KEPT_MAX) {
      this.#free.push(chunk);
    }
  }
}

export interface StreamEnds {
  readonly id: ClientSocketId;
  readonly transport: ClientTransport;
  readonly local: AddressWords;
  readonly remote: AddressWords;
}

/** One TCP or TLS connection of a client. */
export class StreamConnection {
  readonly ends: StreamEnds;
  readonly framing = new StreamFraming();
  /** When the last whole message came, or when an allocation was last seen. */
  activeAt: Instant;

  readonly #socket: Socket;
  readonly #chunks: StreamChunks;
  #chunk: Uint8Array | undefined;
  #gathered = 0;

  constructor(ends: StreamEnds, socket: Socket, chunks: StreamChunks, now: Instant) {
    this.ends = ends;
    this.activeAt = now;
    this.#socket = socket;
    this.#chunks = chunks;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Whether frames wait for `flush`. */
  get isGathering(): boolean {
    return this.#chunk !== undefined;
  }

  /** Whether a relayed frame may be gathered: a slow reader loses those first (they are datagrams to its peers), answers last. */
  hasRoom(length: number): boolean {
    return this.#wouldWait(length) <= STREAM_RELAYED_QUEUE_BYTES_MAX;
  }

  /** Copies one frame for the next `flush`; false when it is dropped, since the reader is gone or too far behind. */
  gather(bytes: Uint8Array, offset: number, length: number): boolean {
    if (this.#wouldWait(length) > STREAM_ANSWER_QUEUE_BYTES_MAX) {
      return false;
    }
    if (this.#chunk !== undefined && this.#gathered + length > this.#chunk.length) {
      this.flush();
    }
    this.#chunk ??= length > CHUNK_BYTES ? new Uint8Array(length) : this.#chunks.take();
    copyBytes(bytes, offset, this.#chunk, this.#gathered, length);
    this.#gathered += length;
    return true;
  }

  /** Writes what was gathered, in one piece. */
  flush(): void {
    const chunk = this.#chunk;
    if (chunk === undefined) {
      return;
    }
    // Node keeps what it cannot write at once, and TLS always does so: it gets a copy of just the bytes in use.
    if (this.#gathered > 0 && this.#socket.writable) {
      this.#socket.write(Buffer.from(chunk.subarray(0, this.#gathered)));
    }
    this.#chunk = undefined;
    this.#gathered = 0;
    if (chunk.length === CHUNK_BYTES) {
      this.#chunks.give(chunk);
    }
  }

  /** Ends the connection at once; what was gathered is not sent. */
  close(): void {
    this.#socket.destroy();
  }

  /** Bytes that would wait for the reader with `length` more: without end when it reads no more. */
  #wouldWait(length: number): number {
    const { writable, writableLength } = this.#socket;
    return writable ? writableLength + this.#gathered + length : Number.POSITIVE_INFINITY;
  }
}
