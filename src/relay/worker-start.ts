import type { Cidr } from '../base/cidr.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { Change } from '../contract/change.ts';
import type { RelayNoticeKind } from '../contract/relay-notice.ts';
import type { ListenAddress } from '../contract/worker-message.ts';
import type { PortRange, WorkerShare } from '../turn/port-pool.ts';
import type { RelayAddress } from '../turn/relay-address.ts';
import type { RelayLimits } from './relay-options.ts';
import type { DatagramBackEnd } from './sockets/datagram-back-end.ts';
import type { TlsOptions } from './tls-handshakes.ts';

/** Everything a worker thread is started with, as a structured clone. */
export interface WorkerStart {
  readonly worker: WorkerShare;
  /** Tells it from its predecessors and from those of other starts: 12 hexadecimal digits. */
  readonly incarnation: string;
  readonly listen: readonly ListenAddress[];
  /** Bound as well, where they can be: see `listAnsweringAddresses`. */
  readonly answering: readonly ListenAddress[];
  /** Whether other workers bind the same ports. */
  readonly isShared: boolean;
  /** The same in all workers. */
  readonly datagram: DatagramBackEnd;
  readonly relays: readonly RelayAddress[];
  readonly relayPorts: PortRange;
  readonly realm: string;
  readonly software: string;
  /** Secret, and the same in all workers. */
  readonly nonceKey: Uint8Array;
  readonly masterSecrets: readonly Uint8Array[];
  readonly peers: { readonly allow: readonly Cidr[]; readonly deny: readonly Cidr[] };
  /** Every listener of the service, HTTP included. */
  readonly ownListeners: readonly AddressWords[];
  readonly interfaces: readonly AddressWords[];
  readonly tls: TlsOptions | undefined;
  /**
   * All that is known of keys, shared secrets, revocations and limits, but for single usernames, whose memory comes in a message:
   * this here is kept for ever.
   */
  readonly changes: readonly Change[];
  readonly isDraining: boolean;
  /** Which notices somebody wants. */
  readonly notices: readonly RelayNoticeKind[];
  readonly limits: RelayLimits;
  readonly usage: {
    readonly node: string;
    readonly boot: string;
    /** The number of this worker's first report: one more than its predecessor's last. */
    readonly firstNumber: number;
    readonly intervalMs: number;
  };
  /** Of `WORKER_COUNTERS_BYTES`: its predecessor's, if it had one. */
  readonly countersMemory: SharedArrayBuffer;
  /** The `WorkerHold` of all workers. */
  readonly holdMemory: SharedArrayBuffer;
  /** The `SharedTally` of live allocations. */
  readonly tally: { readonly memory: SharedArrayBuffer; readonly capacity: number };
}
