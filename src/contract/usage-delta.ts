import type { UnixMs } from '../base/clock.ts';
import type { DeniedPeer } from './denied-peer.ts';
import type { AccountId, ClientTransport, KeyUid, Username } from './ids.ts';
import type { TrafficTotals } from './traffic-totals.ts';

/**
 * What one username's allocations moved since the last report. Bytes are TURN bytes between client and server:
 * authenticated requests and their answers, indications, and ChannelData with its header and, on streams, its padding;
 * not IP, UDP, TCP or TLS overhead.
 */
export interface UsageRow extends TrafficTotals {
  readonly accountId: AccountId;
  readonly keyUid: KeyUid;
  /** Empty when the credential has none. */
  readonly customIdentifier: string;
  readonly username: Username;
  readonly transport: ClientTransport;
  /** Allocations that began in this period. */
  readonly allocationsStarted: number;
  /** Whole milliseconds lived in this period, summed over allocations: divided by a bucket's length, the average number alive. */
  readonly allocationMs: number;
}

/** Rows with the identity that makes applying them twice count once. */
export interface UsageDelta {
  /** The node's identifier. */
  readonly node: string;
  /** Random per process start, so that counters that begin again at 0 are no repetition. */
  readonly boot: string;
  readonly worker: number;
  /** Counts up by one per delta of this (node, boot, worker). */
  readonly n: number;
  /** Start of the wall-clock minute that the rows belong to. */
  readonly minute: UnixMs;
  readonly rows: readonly UsageRow[];
  /** No two of the same key, address and rule; absent when there are none. They ride along, so that they count once as well. */
  readonly deniedPeers?: readonly DeniedPeer[];
}
