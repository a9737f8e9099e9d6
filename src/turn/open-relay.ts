import { assert } from '../base/assert.ts';
import type { Instant } from '../base/clock.ts';
import { familyOf } from '../base/socket-address.ts';
import { ERROR_INSUFFICIENT_CAPACITY } from '../stun/registry/error-codes.ts';
import type { Allocation, PendingAllocate } from './allocation.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { reject } from './answer.ts';
import { answerAllocate } from './answer-allocate.ts';
import type { ReservedPort } from './command.ts';
import { countRefusal } from './count-refusal.ts';
import { COUNTER } from './counter.ts';
import { removeAllocation, removeRelay } from './end-allocation.ts';
import type { RelaySocketId } from './path.ts';
import { noticeAllocationStarted } from './push-notice.ts';
import { REJECT, type Rejection } from './rejection.ts';
import type { RelayAddress } from './relay-address.ts';
import { boundAddress, givePort, takePort } from './relay-ports.ts';
import type { RelayPort } from './relay-table.ts';
import type { ServerState } from './server-state.ts';

/** Why a relay socket did not open. Only `in-use` is a reason to try another port. */
export type RelayOpenFailure = 'in-use' | 'unavailable' | 'forbidden' | 'exhausted';

/** Gives a pending allocation a relay at a port, and asks for its socket. */
export function openRelay(state: ServerState, allocation: number, port: RelayPort): void {
  const family = familyOf((state.options.relays[port.relayAddress] as RelayAddress).bind);
  const relay = state.relays.add(allocation, family, port);
  state.allocations.setRelay(allocation, family, relay);
  requestSocket(state, relay);
}

/** The relay's socket is open. Returns true when the Allocate request is answered now. */
export function acceptOpenedRelay(state: ServerState, relay: RelaySocketId, now: Instant): boolean {
  if (!state.relays.isOpening(relay)) {
    return false;
  }
  state.relays.markOpen(relay);
  return settle(state, state.relays.allocationOf(relay), now);
}

/** The relay's socket did not open. Returns true when the Allocate request is answered now. */
export function acceptFailedRelay(
  state: ServerState,
  relay: RelaySocketId,
  failure: RelayOpenFailure,
  now: Instant,
): boolean {
  const { relays, allocations } = state;
  if (!relays.isOpening(relay)) {
    return false;
  }
  const allocation = relays.allocationOf(relay);
  if (failure === 'in-use' && tryAnotherPort(state, relay)) {
    return false;
  }
  const family = relays.familyOf(relay);
  const record = allocations.recordOf(allocation);
  removeRelay(state, relay, now);
  if (record.addressError === undefined) {
    record.addressError = { family, code: ERROR_INSUFFICIENT_CAPACITY };
  }
  return settle(state, allocation, now);
}

/** The owner of a reserved port has answered. Returns true when the Allocate request is answered now. */
export function acceptClaimedPort(
  state: ServerState,
  claim: number,
  worker: number,
  port: ReservedPort | undefined,
  now: Instant,
): boolean {
  const allocation = state.claims.get(claim);
  state.claims.delete(claim);
  if (allocation === undefined) {
    // The request was given up meanwhile, so the port goes back.
    if (port !== undefined) {
      state.commands.push({ kind: 'return-port', worker, port });
    }
    return false;
  }
  if (port === undefined) {
    return failAllocate(state, allocation, REJECT.reservationToken, now);
  }
  pendingOf(state, allocation).claim = undefined;
  openRelay(state, allocation, { relayAddress: port.relayAddress, port: port.port, worker });
  return false;
}

/** Answers a pending Allocate request with an error, and takes the allocation away. */
export function failAllocate(state: ServerState, allocation: number, rejection: Rejection, now: Instant): true {
  const pending = pendingOf(state, allocation);
  countRefusal(state, state.allocations.recordOf(allocation), rejection);
  removeAllocation(state, allocation, now);
  return reject(state, pending, rejection, pending.signature, NO_ALLOCATION, now);
}

function requestSocket(state: ServerState, relay: RelaySocketId): void {
  const { relays, allocations, commands } = state;
  const { dontFragment } = allocations.recordOf(relays.allocationOf(relay));
  commands.push({ kind: 'open-relay', relay, local: boundAddress(state, relays.portOf(relay)), dontFragment });
}

function tryAnotherPort(state: ServerState, relay: RelaySocketId): boolean {
  const { relays } = state;
  const pending = pendingOf(state, relays.allocationOf(relay));
  // The next port is taken before the last one is given back, so that it is another.
  const next = pending.attemptsLeft > 0 ? takePort(state, relays.familyOf(relay), pending.portWish) : undefined;
  if (next === undefined) {
    return false;
  }
  pending.attemptsLeft -= 1;
  givePort(state, relays.portOf(relay), pending.portWish);
  relays.replacePort(relay, next);
  state.count(COUNTER.relay_open_retried);
  requestSocket(state, relay);
  return true;
}

/** Answers the pending request when none of its sockets is still being opened. */
function settle(state: ServerState, allocation: number, now: Instant): boolean {
  const relays = state.allocations.relaysOf(allocation);
  if (relays.some((relay) => state.relays.isOpening(relay))) {
    return false;
  }
  return relays.length === 0
    ? failAllocate(state, allocation, REJECT.relayOpenFailed, now)
    : completeAllocate(state, allocation, relays, now);
}

function completeAllocate(state: ServerState, allocation: number, relays: readonly number[], now: Instant): true {
  const { allocations, meter, limiter } = state;
  const record = allocations.recordOf(allocation);
  const pending = pendingOf(state, allocation);
  if (pending.portWish === 'even-and-next' && !reserveNextPort(state, record, relays[0] as number, now)) {
    // Requests that came together have overtaken each other on the way to the limit.
    return failAllocate(state, allocation, REJECT.reservationLimit, now);
  }
  for (const relay of relays) {
    state.relays.extend(relay, now + pending.lifetimeMs);
  }
  record.pending = undefined;
  allocations.markLive(allocation, now);
  meter.start(allocation, now);
  state.limited.start(allocation);
  limiter.start(allocation, state.limits.find(record.user.claims.keyUid, record.accountId).limits, now);
  meter.countIngress(allocation, pending.requestLength);
  state.count(COUNTER.allocations_started);
  state.outcomes.count(record, 'started');
  noticeAllocationStarted(state, allocation, now);
  return answerAllocate(state, pending, pending.signature, allocation, now, COUNTER.allocate_answered);
}

/** Puts the port behind the relay's, which was taken with it, under a token (RFC 8656 §7.2). False when so many are that it cannot be. */
function reserveNextPort(state: ServerState, record: Allocation, relay: number, now: Instant): boolean {
  const { relayAddress, port } = state.relays.portOf(relay);
  record.reservationToken = state.reservations.add({ relayAddress, port: port + 1 }, now);
  if (record.reservationToken === undefined) {
    return false;
  }
  state.count(COUNTER.reservations_made);
  return true;
}

function pendingOf(state: ServerState, allocation: number): PendingAllocate {
  const { pending } = state.allocations.recordOf(allocation);
  assert(pending !== undefined, 'the allocation is pending');
  return pending;
}
