import type { ContenderName } from './bench-row.ts';

/** How a server is started for a row. */
export interface ServerSettings {
  readonly workers: number;
  /** The cores that it may use, as `taskset` takes them. */
  readonly cores: string;
}

/** A server that waits for load on 127.0.0.1. */
export interface RunningServer {
  readonly name: ContenderName;
  readonly pid: number;
  /** UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  readonly username: string;
  readonly password: string;
  /** Of a forwarder, which speaks no TURN: where it expects the peer. */
  readonly peerPort: number | undefined;
  /** What it says about itself, for the results: a version, how it reads its sockets. */
  readonly description: string;
  stop(): Promise<void>;
}

/** Where relayed addresses are made: several, so that their ports suffice for 20,000 allocations. */
export const RELAY_ADDRESSES = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'] as const;
export const RELAY_PORTS = { min: 49_152, max: 65_535 } as const;
