import type { Instant } from '../base/clock.ts';
import { NO_RELAY } from './allocation-table.ts';
import { COUNTER, type Event } from './counter.ts';
import type { RelaySocketId } from './path.ts';
import { givePort } from './relay-ports.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/** Why an allocation ends: the event that is counted. */
export type AllocationEnd = Extract<Event, `allocations_ended_${string}`>;

/**
 * Ends an allocation, pending or live, with everything that belongs to it. A request that it was pending for is counted as
 * abandoned. With `closeClient`, a stream connection ends too: without its credential it has nothing more to say.
 */
export function endAllocation(
  state: ServerState,
  allocation: number,
  end: AllocationEnd,
  now: Instant,
  closeClient: boolean,
): void {
  const { socket } = state.allocations.recordOf(allocation);
  if (state.allocations.isLive(allocation)) {
    state.count(COUNTER[end]);
  } else {
    state.count(COUNTER.drop_allocate_abandoned);
  }
  removeAllocation(state, allocation, now);
  if (closeClient && socket.isStream) {
    state.commands.push({ kind: 'close-client', socket: socket.id });
  }
}

/** Takes an allocation and all that belongs to it away, and counts nothing but its usage. */
export function removeAllocation(state: ServerState, allocation: number, now: Instant): void {
  const { allocations, meter } = state;
  const record = allocations.recordOf(allocation);
  if (allocations.isLive(allocation)) {
    meter.end(allocation, record, now);
  }
  if (record.pending?.claim !== undefined) {
    state.claims.delete(record.pending.claim);
  }
  for (const relay of allocations.relaysOf(allocation)) {
    removeRelay(state, relay, now);
  }
  allocations.remove(allocation);
  state.options.quota.release(record.user.id);
}

/** Closes one relay of an allocation, with its permissions and channels; those of the other stay (RFC 8656 §8.1). */
export function removeRelay(state: ServerState, relay: number, now: Instant): void {
  const { allocations, relays, channels, permissions } = state;
  const allocation = relays.allocationOf(relay);
  for (let row = channels.firstOf(relay); row !== NO_ROW; row = channels.firstOf(relay)) {
    removeChannel(state, row, now);
  }
  for (let row = permissions.firstOf(relay); row !== NO_ROW; row = permissions.firstOf(relay)) {
    removePermission(state, row);
  }
  const { pending } = allocations.recordOf(allocation);
  state.commands.push({ kind: 'close-relay', relay: relay as RelaySocketId });
  givePort(state, relays.portOf(relay), pending?.portWish ?? 'any');
  allocations.setRelay(allocation, relays.familyOf(relay), NO_RELAY);
  relays.remove(relay);
}

/** Forgets a channel, and the permission that only it kept. */
export function removeChannel(state: ServerState, row: number, now: Instant): void {
  const { allocations, relays, channels, permissions } = state;
  const record = allocations.recordOf(relays.allocationOf(channels.relayOf(row)));
  const permission = channels.permissionOf(row);
  channels.remove(row);
  record.channelCount -= 1;
  if (permissions.unhold(permission, now)) {
    removePermission(state, permission);
  }
}

/** Forgets a permission on which no channel leans. */
export function removePermission(state: ServerState, row: number): void {
  const { allocations, relays, permissions } = state;
  const record = allocations.recordOf(relays.allocationOf(permissions.relayOf(row)));
  permissions.remove(row);
  record.permissionCount -= 1;
}
