import type { Instant } from '../base/clock.ts';
import { CHANNEL_LIFETIME_MS } from '../base/limits.ts';
import { type AddressWords, copyAddress, familyOf, portOf } from '../base/socket-address.ts';
import { readXorAddress } from '../stun/attributes/address.ts';
import { readChannelNumber } from '../stun/attributes/turn-values.ts';
import { isChannelNumber } from '../stun/channel-data.ts';
import { ATTRIBUTE_CHANNEL_NUMBER, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
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

/** Binds a channel number to a peer, or refreshes the binding, and the permission for the peer with it (RFC 8656 §12.2). */
export function handleChannelBind(state: ServerState, request: ClientRequest, signature: Signature): true {
  const { allocation, now } = request;
  const channel = readChannel(request);
  const peer = state.peers;
  if (channel < 0 || !readPeer(state, request, peer)) {
    return reject(state, request, REJECT.badRequest, signature, allocation, now);
  }
  const relay = state.allocations.relayOf(allocation, familyOf(peer));
  const rejection =
    relay === NO_RELAY ? REJECT.peerAddressFamily : objectionTo(state, allocation, relay, channel, peer, now);
  if (rejection !== undefined) {
    return reject(state, request, rejection, signature, allocation, now);
  }
  const permission = permitPeer(state, relay, peer, 0, now);
  let row = state.channels.findByNumber(allocation, channel);
  if (row === NO_ROW) {
    row = state.channels.add(allocation, relay, channel, peer, 0, permission);
    state.aliases.toInner(state.channels.targets, state.channels.targetAt(row));
    state.permissions.hold(permission);
    state.allocations.recordOf(allocation).channelCount += 1;
  }
  state.channels.extend(row, now + CHANNEL_LIFETIME_MS);
  state.responder.beginSuccess(request);
  return sendAnswer(state, request, signature, allocation, COUNTER.channel_bind_answered);
}

/** The channel number, or -1 when there is none that could be bound. */
function readChannel(request: ClientRequest): number {
  const index = request.view.find(ATTRIBUTE_CHANNEL_NUMBER);
  const channel = index < 0 ? -1 : readChannelNumber(request.view, index);
  return isChannelNumber(channel) ? channel : -1;
}

/** Reads the peer's address, under its public name. False without one, or one to which no datagram can go. */
function readPeer(state: ServerState, request: ClientRequest, out: AddressWords): boolean {
  const index = request.view.find(ATTRIBUTE_XOR_PEER_ADDRESS);
  if (index < 0 || !readXorAddress(request.view, index, out)) {
    return false;
  }
  copyAddress(state.aliases.toPublic(out, 0), 0, out, 0);
  return portOf(out) !== 0;
}

/**
 * Why the number cannot be bound to the peer, if so: a conflict, then the policy, then a limit. Where there is no objection, a
 * new peer has been counted.
 */
function objectionTo(
  state: ServerState,
  allocation: number,
  relay: number,
  channel: number,
  peer: AddressWords,
  now: Instant,
): Rejection | undefined {
  const { channels, permissions, policy, limiter } = state;
  const { channelsPerAllocationMax, permissionsPerAllocationMax } = state.options.limits;
  const { channelCount, permissionCount } = state.allocations.recordOf(allocation);
  const row = channels.findByNumber(allocation, channel);
  // Bindings that have ended conflict for five more minutes.
  if (row !== channels.findByPeer(relay, peer, 0)) {
    return REJECT.channelConflict;
  }
  const denial = policy.mayRelayTo(peer);
  if (denial !== undefined) {
    state.outcomes.count(state.allocations.recordOf(allocation), 'denied_peer');
    return denyPeer(state, allocation, denial, peer, 0, now);
  }
  if (row === NO_ROW && channelCount >= channelsPerAllocationMax) {
    return REJECT.channelLimit;
  }
  if (permissions.find(relay, peer, 0) !== NO_ROW) {
    return undefined;
  }
  if (permissionCount >= permissionsPerAllocationMax) {
    return REJECT.permissionLimit;
  }
  // RFC 8656 §12.2: what a valid request cannot have for a limit's sake is refused with 508.
  if (limiter.countNewPeers(allocation, 1, now)) {
    return undefined;
  }
  countLimitReached(state, state.allocations.recordOf(allocation), 'new-peers', now);
  return REJECT.newPeerLimit;
}
