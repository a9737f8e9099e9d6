import type { Instant } from '../base/clock.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { PeerDenial } from './peer-policy.ts';
import { type Rejection, rejectPeer } from './rejection.ts';
import type { ServerState } from './server-state.ts';

/** The rejection of a peer that the policy denies, noted for the key whose allocation it is. */
export function denyPeer(
  state: ServerState,
  allocation: number,
  denial: PeerDenial,
  peer: AddressWords,
  at: number,
  now: Instant,
): Rejection {
  const rejection = rejectPeer(denial);
  const { keyUid } = state.allocations.recordOf(allocation).user.claims;
  state.deniedPeers.note(keyUid, peer, at, rejection.counter, now);
  return rejection;
}
