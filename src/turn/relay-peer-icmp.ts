import type { Instant } from '../base/clock.ts';
import { type AddressWords, familyOf, IPV4 } from '../base/socket-address.ts';
import { CLASS_INDICATION } from '../stun/message-type.ts';
import { ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { METHOD_DATA } from '../stun/registry/methods.ts';
import { COUNTER } from './counter.ts';
import type { Respondent } from './respondent.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

/** Types that clients are told of: unreachable and time exceeded; in IPv6 also packet too big (RFC 8656 §11.5). */
const ICMPV4_TYPES: readonly number[] = [3, 11];
const ICMPV6_TYPES: readonly number[] = [1, 2, 3];

/**
 * Tells the client of an ICMP error that came back for something sent to a peer (RFC 8656 §11.5). The permission that counts
 * is that for the peer, not for whoever sent the error.
 */
export function relayPeerIcmp(
  state: ServerState,
  relay: number,
  to: AddressWords,
  type: number,
  code: number,
  data: number,
  now: Instant,
): boolean {
  const { relays, permissions, aliases, allocations } = state;
  if (!relays.isLive(relay)) {
    return drop(state, COUNTER.drop_icmp_no_relay);
  }
  if (!(familyOf(to) === IPV4 ? ICMPV4_TYPES : ICMPV6_TYPES).includes(type)) {
    return drop(state, COUNTER.drop_icmp_type);
  }
  const peer = aliases.toPublic(to, 0);
  const permission = permissions.find(relay, peer, 0);
  if (permission === NO_ROW || !permissions.isLive(permission, now)) {
    return drop(state, COUNTER.drop_icmp_no_permission);
  }
  const allocation = relays.allocationOf(relay);
  const respondent: Respondent = {
    socket: allocations.recordOf(allocation).socket,
    client: allocations.clients,
    clientAt: allocations.clientAt(allocation),
    method: METHOD_DATA,
    transactionSource: state.indicationIds.bytes,
    transactionAt: state.indicationIds.next(),
    hasFingerprint: false,
  };
  const writer = state.responder.begin(respondent, CLASS_INDICATION);
  writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
  writer.addIcmp(type, code, data);
  state.meter.countEgress(allocation, state.responder.send(respondent, undefined));
  state.count(COUNTER.peer_icmp_relayed);
  return true;
}

function drop(state: ServerState, counter: number): false {
  state.count(counter);
  return false;
}
