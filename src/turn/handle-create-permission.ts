import type { Instant } from '../base/clock.ts';
import { ADDRESS_WORDS, copyAddress, familyOf, sameIp } from '../base/socket-address.ts';
import { readXorAddress } from '../stun/attributes/address.ts';
import { ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { NO_RELAY } from './allocation-table.ts';
import { reject, sendAnswer } from './answer.ts';
import type { ClientRequest } from './client-request.ts';
import { countLimitReached } from './count-limit-reached.ts';
import { COUNTER } from './counter.ts';
import { denyPeer } from './deny-peer.ts';
import { permitPeer } from './permit-peer.ts';
import { REJECT, type Rejection } from './rejection.ts';
import type { Signature } from './respondent.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/** Installs or refreshes the permissions for all peers that the request names, or for none of them (RFC 8656 §10.2). */
export function handleCreatePermission(state: ServerState, request: ClientRequest, signature: Signature): true {
  const { allocation, now } = request;
  const count = readPeers(state, request);
  const rejection = count <= 0 ? REJECT.badRequest : objectionTo(state, allocation, count, now);
  if (rejection !== undefined) {
    return reject(state, request, rejection, signature, allocation, now);
  }
  for (let at = 0; at < count * ADDRESS_WORDS; at += ADDRESS_WORDS) {
    const relay = state.allocations.relayOf(allocation, familyOf(state.peers, at));
    permitPeer(state, relay, state.peers, at, now);
  }
  state.responder.beginSuccess(request);
  return sendAnswer(state, request, signature, allocation, COUNTER.create_permission_answered);
}

/** Reads the peers into `state.peers`, under their public names. Returns how many, or -1 when one is malformed. */
function readPeers(state: ServerState, request: ClientRequest): number {
  const { view } = request;
  let count = 0;
  for (
    let index = view.find(ATTRIBUTE_XOR_PEER_ADDRESS);
    index >= 0;
    index = view.find(ATTRIBUTE_XOR_PEER_ADDRESS, index + 1)
  ) {
    const at = count * ADDRESS_WORDS;
    if (!readXorAddress(view, index, state.peers, at)) {
      return -1;
    }
    copyAddress(state.aliases.toPublic(state.peers, at), 0, state.peers, at);
    count += 1;
  }
  return count;
}

/**
 * Why one of the first `count` peers cannot have a permission, if so: a wrong family, then the policy, then a limit. Where there
 * is no objection, the new ones have been counted.
 */
function objectionTo(state: ServerState, allocation: number, count: number, now: Instant): Rejection | undefined {
  const { allocations, policy, peers } = state;
  const end = count * ADDRESS_WORDS;
  for (let at = 0; at < end; at += ADDRESS_WORDS) {
    if (allocations.relayOf(allocation, familyOf(peers, at)) === NO_RELAY) {
      return REJECT.peerAddressFamily;
    }
  }
  for (let at = 0; at < end; at += ADDRESS_WORDS) {
    const denial = policy.mayPermit(peers, at);
    if (denial !== undefined) {
      state.outcomes.count(allocations.recordOf(allocation), 'denied_peer');
      return denyPeer(state, allocation, denial, peers, at, now);
    }
  }
  const { permissionsPerAllocationMax } = state.options.limits;
  const added = countNew(state, allocation, end);
  if (allocations.recordOf(allocation).permissionCount + added > permissionsPerAllocationMax) {
    return REJECT.permissionLimit;
  }
  // RFC 8656 §10.2: what a valid request cannot have for a limit's sake is refused with 508.
  if (state.limiter.countNewPeers(allocation, added, now)) {
    return undefined;
  }
  countLimitReached(state, state.allocations.recordOf(allocation), 'new-peers', now);
  return REJECT.newPeerLimit;
}

/** How many of the peers before word `end` have no permission yet, each IP address counted once. */
function countNew(state: ServerState, allocation: number, end: number): number {
  const { allocations, permissions, peers } = state;
  let added = 0;
  for (let at = 0; at < end; at += ADDRESS_WORDS) {
    const relay = allocations.relayOf(allocation, familyOf(peers, at));
    if (permissions.find(relay, peers, at) === NO_ROW && !isRepeated(state, at)) {
      added += 1;
    }
  }
  return added;
}

/** Whether an earlier row has the IP address of the row at `at`. */
function isRepeated(state: ServerState, at: number): boolean {
  for (let earlier = 0; earlier < at; earlier += ADDRESS_WORDS) {
    if (sameIp(state.peers, earlier, state.peers, at)) {
      return true;
    }
  }
  return false;
}
