import {
  BITS_PER_SECOND_DEFAULT,
  NEW_PEERS_BURST_DEFAULT,
  NEW_PEERS_PER_SECOND_DEFAULT,
  PACKETS_PER_SECOND_DEFAULT,
  UDP_PAYLOAD_BYTES_MAX,
} from '../base/limits.ts';
import type { BucketSize } from './token-buckets.ts';

/** The longest datagram, with what surrounds it on the way to the client. */
const BYTES_BURST_MIN = UDP_PAYLOAD_BYTES_MAX + 64;

/** What one allocation may do in a second; 0 is no limit. Packets and bits are counted in each direction for itself. */
export interface AllocationLimits {
  /** IP addresses that a permission is installed for, by CreatePermission or ChannelBind, and that had none. */
  readonly newPeersPerSecond: number;
  /** As many may come at once: a call begins with all of its peers. */
  readonly newPeersBurst: number;
  /** Relayed packets. */
  readonly packetsPerSecond: number;
  /** Of the messages that relayed packets are between client and server: what usage counts of them. */
  readonly bitsPerSecond: number;
}

export const DEFAULT_ALLOCATION_LIMITS: AllocationLimits = {
  newPeersPerSecond: NEW_PEERS_PER_SECOND_DEFAULT,
  newPeersBurst: NEW_PEERS_BURST_DEFAULT,
  packetsPerSecond: PACKETS_PER_SECOND_DEFAULT,
  bitsPerSecond: BITS_PER_SECOND_DEFAULT,
};

export const NO_ALLOCATION_LIMITS: AllocationLimits = {
  newPeersPerSecond: 0,
  newPeersBurst: 0,
  packetsPerSecond: 0,
  bitsPerSecond: 0,
};

export function newPeersBucket({ newPeersPerSecond, newPeersBurst }: AllocationLimits): BucketSize {
  return { tokensPerSecond: newPeersPerSecond, burst: newPeersBurst };
}

/** What was not used within a second may be caught up on. */
export function packetsBucket({ packetsPerSecond }: AllocationLimits): BucketSize {
  return { tokensPerSecond: packetsPerSecond, burst: packetsPerSecond };
}

/** Its tokens are bytes. However low the limit is, the longest datagram passes now and then. */
export function bytesBucket({ bitsPerSecond }: AllocationLimits): BucketSize {
  const bytesPerSecond = bitsPerSecond / 8;
  return { tokensPerSecond: bytesPerSecond, burst: Math.max(bytesPerSecond, BYTES_BURST_MIN) };
}
