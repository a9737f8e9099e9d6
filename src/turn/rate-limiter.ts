import type { Instant } from '../base/clock.ts';
import type { Limits } from '../contract/limits.ts';
import { allocationBuckets } from './allocation-buckets.ts';
import { TokenBuckets } from './token-buckets.ts';

/** The direction of a relayed packet. */
export const TO_PEER = 0;
export const TO_CLIENT = 1;
export type Direction = typeof TO_PEER | typeof TO_CLIENT;

/** What a packet would exceed, or nothing. */
export const WITHIN_LIMITS = 0;
export const OVER_PACKETS = 1;
export const OVER_BITS = 2;
export type RateVerdict = typeof WITHIN_LIMITS | typeof OVER_PACKETS | typeof OVER_BITS;

/** How fast each allocation goes: its limits, kept by buckets that are full when it starts. */
export class RateLimiter {
  /** Rows: two of an allocation, one for each direction. */
  readonly #packets = new TokenBuckets();
  readonly #bytes = new TokenBuckets();
  /** Rows: one of an allocation. */
  readonly #newPeers = new TokenBuckets();

  start(allocation: number, limits: Limits, now: Instant): void {
    const { newPeers, packets, bytes } = allocationBuckets(limits);
    this.#newPeers.start(allocation, newPeers, now);
    for (const direction of [TO_PEER, TO_CLIENT] as const) {
      this.#packets.start(rowOf(allocation, direction), packets, now);
      this.#bytes.start(rowOf(allocation, direction), bytes, now);
    }
  }

  /** Has an allocation that was started keep to other limits from now on. */
  replaceLimits(allocation: number, limits: Limits, now: Instant): void {
    const { newPeers, packets, bytes } = allocationBuckets(limits);
    this.#newPeers.resize(allocation, newPeers, now);
    for (const direction of [TO_PEER, TO_CLIENT] as const) {
      this.#packets.resize(rowOf(allocation, direction), packets, now);
      this.#bytes.resize(rowOf(allocation, direction), bytes, now);
    }
  }

  /** Counts a packet that is about to be relayed, `length` bytes on the client's side. What exceeds a limit is not counted. */
  countPacket(allocation: number, direction: Direction, length: number, now: Instant): RateVerdict {
    const row = rowOf(allocation, direction);
    if (!this.#packets.take(row, 1, now)) {
      return OVER_PACKETS;
    }
    if (!this.#bytes.take(row, length, now)) {
      this.#packets.giveBack(row, 1);
      return OVER_BITS;
    }
    return WITHIN_LIMITS;
  }

  /** Counts so many new peers; false, and none counted, when they are too many at once. */
  countNewPeers(allocation: number, count: number, now: Instant): boolean {
    return this.#newPeers.take(allocation, count, now);
  }
}

function rowOf(allocation: number, direction: Direction): number {
  return 2 * allocation + direction;
}
