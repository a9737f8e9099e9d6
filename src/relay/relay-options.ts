import type { Cidr } from '../base/cidr.ts';
import {
  STREAM_CONNECTIONS_PER_ADDRESS_MAX_DEFAULT,
  STREAM_CONNECTIONS_PER_WORKER_MAX_DEFAULT,
} from '../base/limits.ts';
import type { AddressWords } from '../base/socket-address.ts';
import { DEFAULT_LIMITS, type Limits } from '../contract/limits.ts';
import type { RelayNotice } from '../contract/relay-notice.ts';
import type { UsageDelta } from '../contract/usage-delta.ts';
import type { ListenAddress } from '../contract/worker-message.ts';
import type { PortRange } from '../turn/port-pool.ts';
import type { RelayAddress } from '../turn/relay-address.ts';
import { DEFAULT_TURN_LIMITS, type TurnLimits } from '../turn/server-options.ts';
import type { CertificateMaterial } from './certificate/certificate-material.ts';
import type { ChangeSnapshot } from './change-snapshot.ts';
import type { DatagramWish } from './sockets/datagram-back-end.ts';

/** What the relay holds at most, per worker where nothing else is said. */
export interface RelayLimits extends TurnLimits {
  /** Of accounts and keys that have none of their own; those of live allocations are counted over all workers. */
  readonly defaults: Limits;
  readonly streamConnectionsMax: number;
  readonly streamConnectionsPerAddressMax: number;
}

export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  ...DEFAULT_TURN_LIMITS,
  defaults: DEFAULT_LIMITS,
  streamConnectionsMax: STREAM_CONNECTIONS_PER_WORKER_MAX_DEFAULT,
  streamConnectionsPerAddressMax: STREAM_CONNECTIONS_PER_ADDRESS_MAX_DEFAULT,
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of the log, with fields for machines. Never a secret; addresses and usernames of clients at `debug` only. */
export type WriteLog = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

export interface RelayOptions {
  /** Where clients come in. Port 0 lets the system choose, one port for all workers. */
  readonly listen: readonly ListenAddress[];
  readonly relays: readonly RelayAddress[];
  readonly relayPorts: PortRange;
  readonly realm: string;
  /** SOFTWARE in answers; none when empty. */
  readonly software: string;
  /** Worker threads, from 1 on. */
  readonly workers: number;
  /** How they read and write UDP. */
  readonly datagram: DatagramWish;
  readonly peers: { readonly allow: readonly Cidr[]; readonly deny: readonly Cidr[] };
  /** The service's other listeners, which no peer may be: HTTP. */
  readonly httpListen: readonly AddressWords[];
  /** Every IP address of this machine, read at the start and every now and then. */
  readonly readOwnAddresses?: () => readonly AddressWords[];
  /** Needed when a TLS listener is among `listen`. */
  readonly tls?: CertificateMaterial | undefined;
  /** Master secrets of the installation, the current one first. */
  readonly masterSecrets: readonly Uint8Array[];
  /** All that is known of keys, shared secrets, revocations and limits at the start; the relay keeps it up to date. */
  readonly known: ChangeSnapshot;
  readonly limits: RelayLimits;
  /** Identify usage reports: this node, and this start of it. */
  readonly node: string;
  readonly boot: string;
  /** How often usage is reported; also at each full minute. */
  readonly usageIntervalMs: number;
  /** Stores a report. Until it resolves, the report is kept, and handed over again when it rejects. */
  readonly onUsage: (delta: UsageDelta) => Promise<void> | void;
  /** Takes notices that `wantNotices` asked for; `dropped` is how many more there were, for which there was no room. */
  readonly onNotices?: (notices: readonly RelayNotice[], dropped: number) => void;
  /** The worker threads' program: `relayWorkerUrl` of the composition root. */
  readonly workerEntry: URL;
  readonly log: WriteLog;
}
