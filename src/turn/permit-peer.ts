import type { Instant } from '../base/clock.ts';
import { PERMISSION_LIFETIME_MS } from '../base/limits.ts';
import type { AddressWords } from '../base/socket-address.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/**
 * Installs or refreshes the permission of a relay for a peer's IP address (RFC 8656 §9), which the policy allows and the limit
 * leaves room for. The peer is under its public name. Returns the permission's row.
 */
export function permitPeer(state: ServerState, relay: number, peer: AddressWords, at: number, now: Instant): number {
  const { permissions, relays, allocations, policy } = state;
  let row = permissions.find(relay, peer, at);
  if (row === NO_ROW) {
    row = permissions.add(relay, peer, at, policy.dependsOnPort(peer, at));
    const allocation = relays.allocationOf(relay);
    allocations.recordOf(allocation).permissionCount += 1;
    allocations.noteChange(allocation);
  }
  permissions.extend(row, now + PERMISSION_LIFETIME_MS);
  return row;
}
