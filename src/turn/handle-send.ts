import { familyOf, portOf } from '../base/socket-address.ts';
import { readXorAddress } from '../stun/attributes/address.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { NO_RELAY } from './allocation-table.ts';
import type { ClientRequest } from './client-request.ts';
import { COUNTER } from './counter.ts';
import { denyPeer } from './deny-peer.ts';
import { dropOverLimit } from './drop-over-limit.ts';
import { KNOWN_ATTRIBUTES, KNOWN_WITHOUT_DONT_FRAGMENT } from './known-attributes.ts';
import type { RelaySocketId } from './path.ts';
import { TO_PEER, WITHIN_LIMITS } from './rate-limiter.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/**
 * Relays the data of a Send indication, which lie where they are, to the peer that it names (RFC 8656 §11.2).
 *
 * Deviates: from RFC 8656 §14, where each Send indication decides for itself whether DF is set. A socket decides for all it
 * sends; with DONT-FRAGMENT in the Allocate request it sets DF always, without never, and an indication that asks for
 * DF of such a one is dropped, as it is where DF is not supported. Nor is the attribute ignored where one side is IPv6
 * (§13): what a client was promised for an allocation holds for all its peers.
 */
export function handleSend(state: ServerState, request: ClientRequest): boolean {
  const { allocations, permissions, policy, aliases, meter, limiter, forward } = state;
  const { view, allocation, now } = request;
  if (!allocations.isLive(allocation)) {
    return drop(state, COUNTER.drop_no_allocation);
  }
  meter.countIngress(allocation, view.length);
  const { dontFragment } = allocations.recordOf(allocation);
  const known = dontFragment ? KNOWN_ATTRIBUTES : KNOWN_WITHOUT_DONT_FRAGMENT;
  if (view.unknownRequired(known, state.unknownTypes) > 0) {
    return drop(state, COUNTER.drop_unknown_attribute);
  }
  const peerIndex = view.find(ATTRIBUTE_XOR_PEER_ADDRESS);
  const data = view.find(ATTRIBUTE_DATA);
  const given = state.peers;
  if (peerIndex < 0 || data < 0 || !readXorAddress(view, peerIndex, given) || portOf(given) === 0) {
    return drop(state, COUNTER.drop_malformed_indication);
  }
  const relay = allocations.relayOf(allocation, familyOf(given));
  if (relay === NO_RELAY) {
    return drop(state, COUNTER.drop_peer_address_family);
  }
  const peer = aliases.isNeeded ? aliases.toPublic(given, 0) : given;
  const permission = permissions.find(relay, peer, 0);
  if (permission === NO_ROW || !permissions.isLive(permission, now)) {
    return drop(state, COUNTER.drop_no_permission);
  }
  // The permission was for an IP address with all its ports; here some of them may be closed.
  const denial = permissions.isPortDependent(permission) ? policy.mayRelayTo(peer) : undefined;
  if (denial !== undefined) {
    return drop(state, denyPeer(state, allocation, denial, peer, 0, now).counter);
  }
  const verdict = limiter.countPacket(allocation, TO_PEER, view.length, now);
  if (verdict !== WITHIN_LIMITS) {
    return dropOverLimit(state, allocation, TO_PEER, verdict, now);
  }
  aliases.toInner(peer, 0);
  forward.toRelay(relay as RelaySocketId, peer, 0, view.bytes, view.attributeAt(data), view.attributeLength(data));
  state.count(COUNTER.client_send_indication_relayed);
  return true;
}

function drop(state: ServerState, counter: number): false {
  state.count(counter);
  return false;
}
