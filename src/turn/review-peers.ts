import type { Instant } from '../base/clock.ts';
import { ADDRESS_WORDS, type AddressWords } from '../base/socket-address.ts';
import { removeChannel, removePermission } from './end-allocation.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/** Decides all peers anew after the policy has changed, and takes away what it denies now. */
export function reviewPeers(state: ServerState, now: Instant): void {
  const { allocations } = state;
  allocations.forEachLive((allocation) => {
    for (const relay of allocations.relaysOf(allocation)) {
      reviewChannels(state, relay, now);
      reviewPermissions(state, relay, now);
    }
  });
}

function reviewChannels(state: ServerState, relay: number, now: Instant): void {
  const { channels, policy } = state;
  const peer: AddressWords = new Uint32Array(ADDRESS_WORDS);
  let row = channels.firstOf(relay);
  while (row !== NO_ROW) {
    const next = channels.next(row);
    channels.readPeer(row, peer);
    if (policy.mayRelayTo(peer) !== undefined) {
      removeChannel(state, row, now);
    }
    row = next;
  }
}

function reviewPermissions(state: ServerState, relay: number, now: Instant): void {
  const { permissions, policy, relays } = state;
  const peer: AddressWords = new Uint32Array(ADDRESS_WORDS);
  let row = permissions.firstOf(relay);
  while (row !== NO_ROW) {
    const next = permissions.next(row);
    permissions.readPeer(row, relays.familyOf(relay), peer);
    permissions.setPortDependent(row, policy.dependsOnPort(peer));
    if (policy.mayPermit(peer) !== undefined) {
      permissions.extend(row, now);
      if (!permissions.isHeld(row)) {
        removePermission(state, row);
      }
    }
    row = next;
  }
}
