import type { Instant } from '../base/clock.ts';
import type { AllocationOutcome } from '../contract/allocation-outcome.ts';
import { NO_RELAY } from './allocation-table.ts';
import { type AllocationEnd, COUNTER } from './counter.ts';
import type { RelaySocketId } from './path.ts';
import { noticeAllocationEnded } from './push-notice.ts';
import { givePort } from './relay-ports.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

const OUTCOME_OF: Readonly<Record<AllocationEnd, AllocationOutcome>> = {
  allocations_ended_by_client: 'ended_by_client',
  allocations_ended_expired: 'ended_expired',
  allocations_ended_disconnected: 'ended_disconnected',
  allocations_ended_credential_expired: 'ended_credential_expired',
  allocations_ended_credential_revoked: 'ended_credential_revoked',
  allocations_ended_key_deleted: 'ended_key_deleted',
  allocations_ended_by_operator: 'ended_by_operator',
  allocations_ended_egress_limit: 'ended_egress_limit',
  allocations_ended_secret_removed: 'ended_secret_removed',
};

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
  const record = state.allocations.recordOf(allocation);
  if (state.allocations.isLive(allocation)) {
    state.count(COUNTER[end]);
    state.outcomes.count(record, OUTCOME_OF[end]);
    noticeAllocationEnded(state, allocation, end, now);
  } else {
    state.count(COUNTER.drop_allocate_abandoned);
  }
  removeAllocation(state, allocation, now);
  if (closeClient && record.socket.isStream) {
    state.commands.push({ kind: 'close-client', socket: record.socket.id });
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
  const { user, accountId } = record;
  const keys = state.quotaKeys.make(user, accountId, allocations.clients, allocations.clientAt(allocation));
  allocations.remove(allocation);
  state.options.quota.release(keys);
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
  allocations.noteChange(allocation);
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
  const allocation = relays.allocationOf(permissions.relayOf(row));
  permissions.remove(row);
  allocations.recordOf(allocation).permissionCount -= 1;
  allocations.noteChange(allocation);
}
