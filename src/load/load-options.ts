import type { DatagramWish } from '../relay/sockets/datagram-back-end.ts';
import type { LoadProgress } from './load-progress.ts';

/** How a client reaches the relay; the peer's side is always UDP. */
export type LoadTransport = 'udp' | 'tcp' | 'tls';

/**
 * What the clients do. `channel`: ChannelData. `indication`: Send and Data indications. `allocate`: cycles of Allocate
 * (401, then 200) and Refresh(0), as many as the server takes. `setup`: all allocations at once, to weigh them. `raw`:
 * ChannelData to a forwarder that answers no requests, which takes its header off towards the peer, and puts one with
 * channel 0x4000 on towards the client.
 */
export type LoadMode = 'channel' | 'indication' | 'allocate' | 'setup' | 'raw';

/** Client to peer, peer to client, half and half, or there and back. */
export type LoadDirection = 'up' | 'down' | 'both' | 'echo';

/** What `runLoad` is asked for; all but the first three have a default in `LOAD_DEFAULTS` or may be absent. */
export interface LoadOptions {
  /** A TURN URI (RFC 7065): `turn:127.0.0.1:3478?transport=udp`, `turns:…`. */
  readonly url: string;
  /** In mode `raw` nobody asks for a credential. */
  readonly user: string;
  readonly password: string;
  readonly mode?: LoadMode;
  readonly direction?: LoadDirection;
  /** Clients, each with an allocation of its own. */
  readonly allocations?: number;
  /** Peers of the generator; each serves its share of the allocations. */
  readonly peers?: number;
  /** Bytes of a payload, `PAYLOAD_HEADER_BYTES` at least. */
  readonly sizeBytes?: number;
  /** Open loop: packets a second in all, sent whatever arrives. */
  readonly ratePerSecond?: number;
  /** Closed loop: packets that may be under way at once. Wins over `ratePerSecond`. */
  readonly windowPackets?: number;
  /** Look for the highest rate with less than `lossPercentMax` lost. Wins over both. */
  readonly search?: boolean;
  readonly lossPercentMax?: number;
  readonly seconds?: number;
  /** Not measured, before: until then the generator's own code is being compiled, and it is late. */
  readonly warmupSeconds?: number;
  /** Seconds of one probe of a search. */
  readonly probeSeconds?: number;
  /** Allocations that are being made at once; in mode `allocate` also how many cycles run at once. */
  readonly inFlight?: number;
  /** The process whose CPU time and memory are read; all of its threads and children count. */
  readonly serverPid?: number;
  /** Where clients send from: an address, or an IPv4 range whose addresses and ports are used in turn. */
  readonly clientAddress?: string;
  /** Where the generator's peers are; the relay must reach it. In mode `raw` with the port that the forwarder sends to. */
  readonly peerAddress?: string;
  /** How long the server is left alone before its memory is read, in mode `setup`. */
  readonly settleMs?: number;
  /** What the generator's own UDP sockets run on. */
  readonly datagram?: DatagramWish;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Ends the run early, with a report of what there is. */
  readonly signal?: AbortSignal;
}

/** What holds where an option is absent. */
export const LOAD_DEFAULTS = {
  mode: 'channel',
  direction: 'up',
  allocations: 1,
  peers: 1,
  sizeBytes: 160,
  ratePerSecond: 20_000,
  lossPercentMax: 0.1,
  seconds: 5,
  warmupSeconds: 1.5,
  probeSeconds: 1,
  inFlight: 32,
  settleMs: 500,
  datagram: 'auto',
} as const satisfies Partial<LoadOptions>;
