import { UDP_PAYLOAD_BYTES_MAX } from '../base/limits.ts';
import type { Limits } from '../contract/limits.ts';
import type { BucketSize } from './token-buckets.ts';

/** The longest datagram, with what surrounds it on the way to the client. */
const BYTES_BURST_MIN = UDP_PAYLOAD_BYTES_MAX + 64;

/** What one allocation may do in a second. Packets and bytes are counted in each direction for itself. */
export interface AllocationBuckets {
  /**
   * IP addresses that a permission is installed for, by CreatePermission or ChannelBind, and that had none. A burst may come at
   * once: a call begins with all of its peers.
   */
  readonly newPeers: BucketSize;
  /** Relayed packets. What was not used within a second may be caught up on. */
  readonly packets: BucketSize;
  /** What usage counts of these packets. However low the limit is, the longest datagram passes now and then. */
  readonly bytes: BucketSize;
}

/** The buckets that keep an allocation to its limits. */
export function allocationBuckets(limits: Limits): AllocationBuckets {
  const { allocationNewPeersPerSecond, allocationNewPeersBurst, allocationPacketsPerSecond } = limits;
  const bytesPerSecond = limits.allocationBitsPerSecond / 8;
  return {
    newPeers: { tokensPerSecond: allocationNewPeersPerSecond, burst: allocationNewPeersBurst },
    packets: { tokensPerSecond: allocationPacketsPerSecond, burst: allocationPacketsPerSecond },
    bytes: { tokensPerSecond: bytesPerSecond, burst: Math.max(bytesPerSecond, BYTES_BURST_MIN) },
  };
}
