import type { Change } from '../contract/change.ts';
import type { LiveWorkers } from '../contract/live-workers.ts';
import type { RelayNoticeKind } from '../contract/relay-notice.ts';
import type { ListenAddress } from '../contract/worker-message.ts';
import type { CertificateMaterial } from './certificate/certificate-material.ts';
import type { RelayCounterName, WorkerCounterName } from './relay-counters.ts';
import type { ChosenBackEnd } from './sockets/datagram-back-end.ts';

/** The data plane of one process, as the rest of the service sees it. */
export interface Relay {
  /** Where it listens, with the real ports. */
  readonly listening: readonly ListenAddress[];
  /** How its workers read and write UDP, and why. */
  readonly datagram: ChosenBackEnd;
  /** Tells every worker what has changed; allocations that it concerns end within milliseconds. */
  applyChanges(changes: readonly Change[]): void;
  /** Every counter and gauge by its name, summed over the workers. */
  counters(): Record<RelayCounterName, number>;
  /** Those of each worker alone. */
  workerCounters(): readonly Record<WorkerCounterName, number>[];
  /** Live allocations. */
  allocationCount(): number;
  /** Its workers, to be asked about their live allocations. */
  readonly live: LiveWorkers;
  /** Has every worker tell notices of these kinds, and no others, to `onNotices`; none at the start. */
  wantNotices(kinds: readonly RelayNoticeKind[]): void;
  /** Refuses new allocations and new connections from now on; what lives goes on. */
  drain(): void;
  /**
   * Collects and stores the usage until now. For tests of what is told: who waited for an interval would not know whether
   * all had been told, since a worker without usage tells nothing.
   * @throws what `onUsage` threw; the reports are kept, and stored later.
   */
  flushUsage(): Promise<void>;
  /** Makes TLS handshakes with `material` from now on; sessions go on. False, and an error in the log, when it cannot serve. */
  setCertificate(material: CertificateMaterial): boolean;
  /** Ends every allocation, stores the last usage, and closes everything. */
  stop(): Promise<void>;
  /** Ends one worker as a fault would; it is started anew. For tests of what follows. */
  terminateWorker(index: number): Promise<void>;
}
