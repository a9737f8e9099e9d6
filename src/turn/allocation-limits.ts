import { UDP_PAYLOAD_BYTES_MAX } from '../base/limits.ts';
import type { Limits } from '../contract/limits.ts';
import type { BucketSize } from './token-buckets.ts';

/** The longest datagram, with what surrounds it on the way to the client. */
const BYTES_BURST_MIN = UDP_PAYLOAD_BYTES_MAX + 64;

/**
 * IP addresses that a permission is installed for, by CreatePermission or ChannelBind, and that had none. A burst may come at
 * once: a call begins with all of its peers.
 */
export function newPeersBucket(limits: Limits): BucketSize {
  return { tokensPerSecond: limits.allocationNewPeersPerSecond, burst: limits.allocationNewPeersBurst };
}

/** Relayed packets of one direction. What was not used within a second may be caught up on. */
export function packetsBucket({ allocationPacketsPerSecond }: Limits): BucketSize {
  return { tokensPerSecond: allocationPacketsPerSecond, burst: allocationPacketsPerSecond };
}

/** What usage counts of these packets; its tokens are bytes. However low the limit is, the longest datagram passes now and then. */
export function bytesBucket({ allocationBitsPerSecond }: Limits): BucketSize {
  const bytesPerSecond = allocationBitsPerSecond / 8;
  return { tokensPerSecond: bytesPerSecond, burst: Math.max(bytesPerSecond, BYTES_BURST_MIN) };
}
