import type { Instant } from '../base/clock.ts';
import { countLimitReached } from './count-limit-reached.ts';
import { COUNTER } from './counter.ts';
import { type Direction, type OVER_BITS, OVER_PACKETS, TO_PEER } from './rate-limiter.ts';
import type { ServerState } from './server-state.ts';

/** Drops a packet that its allocation may not have relayed now. */
export function dropOverLimit(
  state: ServerState,
  allocation: number,
  direction: Direction,
  verdict: typeof OVER_PACKETS | typeof OVER_BITS,
  now: Instant,
): false {
  const isPackets = verdict === OVER_PACKETS;
  if (direction === TO_PEER) {
    state.count(isPackets ? COUNTER.drop_packet_limit : COUNTER.drop_bit_limit);
  } else {
    state.count(isPackets ? COUNTER.drop_peer_packet_limit : COUNTER.drop_peer_bit_limit);
  }
  if (state.limited.isNewlyLimited(allocation, now)) {
    countLimitReached(state, state.allocations.recordOf(allocation), isPackets ? 'packets' : 'bits', now);
  }
  return false;
}
