import type { Instant } from '../base/clock.ts';
import { COUNTER } from './counter.ts';
import { endAllocation, removeChannel, removePermission, removeRelay } from './end-allocation.ts';
import { givePort } from './relay-ports.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/** When `handleDeadlines` next has something to do, as an `Instant`, or Infinity. */
export function nextDeadline(state: ServerState): number {
  const { allocations, relays, channels, permissions, reservations, keyRing, clockOffsetMs } = state;
  return Math.min(
    relays.peekDeadline(),
    channels.peekDeadline(),
    permissions.peekDeadline(),
    reservations.peekDeadline(),
    allocations.peekPendingDeadline(),
    allocations.peekCredentialDeadline() - clockOffsetMs,
    keyRing.peekExpiry() - clockOffsetMs,
  );
}

/** Ends everything whose time is over at `now`. */
export function handleDeadlines(state: ServerState, now: Instant): void {
  expireCredentials(state, now);
  expireRelays(state, now);
  expirePeers(state, now);
  expirePending(state, now);
  expireReservations(state, now);
  state.keyRing.forgetExpired(state.unixNow(now));
}

/** A live allocation does not outlive its credential. */
function expireCredentials(state: ServerState, now: Instant): void {
  const { allocations } = state;
  const unixNow = state.unixNow(now);
  for (
    let allocation = allocations.popCredentialExpired(unixNow);
    allocation >= 0;
    allocation = allocations.popCredentialExpired(unixNow)
  ) {
    endAllocation(state, allocation, 'allocations_ended_credential_expired', now, true);
  }
}

/** The relays of a dual allocation expire each at its own time; the last takes the allocation with it. */
function expireRelays(state: ServerState, now: Instant): void {
  const { allocations, relays } = state;
  for (let relay = relays.popExpired(now); relay >= 0; relay = relays.popExpired(now)) {
    const allocation = relays.allocationOf(relay);
    removeRelay(state, relay, now);
    if (allocations.relaysOf(allocation).length === 0) {
      endAllocation(state, allocation, 'allocations_ended_expired', now, false);
    }
  }
}

function expirePeers(state: ServerState, now: Instant): void {
  const { channels, permissions } = state;
  for (let row = channels.popExpired(now); row !== NO_ROW; row = channels.popExpired(now)) {
    removeChannel(state, row, now);
  }
  for (let row = permissions.popExpired(now); row !== NO_ROW; row = permissions.popExpired(now)) {
    removePermission(state, row);
  }
}

/** A relay socket, or a claimed port, that never came. Over UDP the client asks again, and is then heard as if anew. */
function expirePending(state: ServerState, now: Instant): void {
  const { allocations } = state;
  for (
    let allocation = allocations.popPendingExpired(now);
    allocation >= 0;
    allocation = allocations.popPendingExpired(now)
  ) {
    endAllocation(state, allocation, 'allocations_ended_expired', now, false);
  }
}

function expireReservations(state: ServerState, now: Instant): void {
  const { reservations } = state;
  const worker = state.options.worker.index;
  for (let port = reservations.popExpired(now); port !== undefined; port = reservations.popExpired(now)) {
    givePort(state, { ...port, worker }, 'any');
    state.count(COUNTER.reservations_expired);
  }
}
