import type { Brand } from '../../base/brand.ts';
import type { AddressWords } from '../../base/socket-address.ts';

/** A UDP socket of a worker: a small dense number chosen by the caller, below `DATAGRAM_SOCKETS_MAX`. */
export type SocketToken = Brand<number, 'SocketToken'>;

/** Sockets of one worker, at most: its listeners and its relay sockets. */
export const DATAGRAM_SOCKETS_MAX = 131_072;
/** Free bytes in front of every received payload, so that a header is written in place (a Data indication takes 48). */
export const HEADROOM_BYTES = 64;
/** Free bytes behind every received payload, for padding written in place. */
export const TAILROOM_BYTES = 4;
/** Datagrams in a batch, at most. */
export const BATCH_MAX = 64;

/**
 * Up to `BATCH_MAX` received datagrams. Everything here is reused: it is valid until the handler returns and the sends
 * that point into `bytes` have been flushed.
 */
export interface DatagramBatch {
  count: number;
  /** One slab for all payloads. */
  readonly bytes: Uint8Array;
  /** Per datagram: the socket that received it. */
  readonly sockets: Uint32Array;
  /** Per datagram: where its payload begins in `bytes`, with `HEADROOM_BYTES` before it. */
  readonly offsets: Uint32Array;
  /** Per datagram: payload bytes. */
  readonly lengths: Uint32Array;
  /** Per datagram: its traffic class, DSCP and ECN in one byte, where `features.trafficClass`; otherwise 0. */
  readonly trafficClasses: Uint8Array;
  /** Per datagram: the sender, `ADDRESS_WORDS` words each. */
  readonly from: AddressWords;
}

/**
 * Why a socket did not open. `in-use`: try another port. `unavailable`: the address is not this machine's.
 * `forbidden`: a privileged port. `exhausted`: out of descriptors or memory.
 */
export type OpenFailure = 'in-use' | 'unavailable' | 'forbidden' | 'exhausted';

export interface OpenOptions {
  /** The address and port to bind; port 0 lets the system choose. */
  readonly local: AddressWords;
  /** Share the port with the other workers' sockets (listeners), or own it alone (relay sockets). */
  readonly shared: boolean;
  /** Ask the system for a large receive buffer, for the bursts of many senders (listeners). */
  readonly hasLargeBuffer?: boolean;
  /** Set DF on what is sent (RFC 8656 §14), where `features.dontFragment`. */
  readonly dontFragment: boolean;
}

/** What a back end tells its user. Calls come from the event loop, never from within a call to `DatagramSockets`. */
export interface DatagramHandler {
  /** `local` is the bound address, with the real port. */
  handleOpened(socket: SocketToken, local: AddressWords): void;
  handleOpenFailed(socket: SocketToken, failure: OpenFailure, message: string): void;
  /** After it returns, the back end flushes. */
  handleBatch(batch: DatagramBatch): void;
  /** An ICMP error came back for something sent from `socket` to `to` (RFC 8656 §11.5–11.6). */
  handleIcmp(socket: SocketToken, to: AddressWords, type: number, code: number, data: number): void;
}

/**
 * The UDP sockets of one worker. One suite tests every implementation
 * (`datagram-sockets.suite.ts`); nothing outside this folder knows which one runs.
 */
export interface DatagramSockets {
  readonly name: 'dgram' | 'mmsg' | 'io_uring';
  readonly features: { readonly dontFragment: boolean; readonly icmp: boolean; readonly trafficClass: boolean };
  /** Binds; answers by `handleOpened` or `handleOpenFailed`, unless the socket was closed before. */
  open(socket: SocketToken, options: OpenOptions): void;
  /**
   * Closes at once. No later batch names the socket, nor its successor of the same number what it had received; only
   * the rest of a batch that is being handled may. Closing a socket that is not open does nothing.
   */
  close(socket: SocketToken): void;
  /**
   * Queues one datagram. `bytes` in the given range stay untouched until the next `flush()`. It leaves with the traffic
   * class (0 to 255) where `features.trafficClass`; otherwise with 0.
   * What cannot be sent is dropped, counted in `sendDrops`: a full socket buffer, no route, a payload too long, port 0,
   * an address of the other family, a socket that is not open.
   */
  send(
    socket: SocketToken,
    to: AddressWords,
    toAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    trafficClass: number,
  ): void;
  /** Submits what is queued. */
  flush(): void;
  /** Datagrams dropped at sending, since the start. */
  readonly sendDrops: number;
  /** Closes every socket. */
  stop(): Promise<void>;
}
