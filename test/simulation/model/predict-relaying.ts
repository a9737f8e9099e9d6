import { type AddressWords, familyOf } from '../../../src/base/socket-address.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataLength, readChannelData } from '../../../src/stun/channel-data.ts';
import type { MessageView } from '../../../src/stun/message-view.ts';
import {
  ATTRIBUTE_DATA,
  ATTRIBUTE_DONT_FRAGMENT,
  ATTRIBUTE_XOR_PEER_ADDRESS,
} from '../../../src/stun/registry/attributes.ts';
import { addressKey, ipKey } from '../address-key.ts';
import { DATAGRAM_BYTES_MAX } from '../network/network.ts';
import { type Expectation, NOTHING_EXPECTED } from './expectation.ts';
import type { RequestFacts } from './judge-request.ts';
import { readPeers, relayFor } from './judge-request.ts';
import { type Life, lifeAt, type ModelAllocation, type ModelRelay, shorterLife } from './model-allocation.ts';

/** Attributes that a server must know to relay a Send indication (RFC 8656 §11.2). */
const SEND_ATTRIBUTES: ReadonlySet<number> = new Set([ATTRIBUTE_XOR_PEER_ADDRESS, ATTRIBUTE_DATA]);
const SEND_ATTRIBUTES_WITH_DONT_FRAGMENT: ReadonlySet<number> = new Set([...SEND_ATTRIBUTES, ATTRIBUTE_DONT_FRAGMENT]);

/** What surrounds the data in a Data indication, with their padding: with more of them than that leaves, it does not fit. */
export const DATA_INDICATION_BYTES = 51;

const unknown = new Uint16Array(1);

/** What ChannelData of a client results in (RFC 8656 §12.6). `life` is the allocation's. */
export function predictChannelData(
  bytes: Uint8Array,
  allocation: ModelAllocation,
  facts: RequestFacts,
  life: (relay: ModelRelay) => Life,
): Expectation {
  const channel = readChannelData(bytes, 0, bytes.length, allocation.transport !== 'udp');
  for (const relay of channel < 0 ? [] : allocation.relays) {
    const bound = relay.channels.get(channel);
    const boundLife = bound === undefined ? 'over' : shorterLife(life(relay), lifeAt(bound.expiresAt, facts.now));
    if (bound !== undefined && boundLife !== 'over') {
      // RFC 8656 §12.6 does not ask for a permission here, and §9 does: a server may insist on it.
      const permission = lifeAt(relay.permissions.get(ipKey(bound.peer)) ?? 0, facts.now);
      return {
        kind: 'to-peer',
        isRequired: boundLife === 'live' && permission === 'live',
        allocation,
        relay,
        peer: bound.peer,
        dontFragment: false,
        payload: bytes.subarray(CHANNEL_DATA_HEADER_BYTES, CHANNEL_DATA_HEADER_BYTES + channelDataLength(bytes, 0)),
        messageBytes: bytes.length,
      };
    }
  }
  return NOTHING_EXPECTED;
}

/** What a Send indication results in (RFC 8656 §11.2). */
export function predictSend(
  view: MessageView,
  allocation: ModelAllocation,
  facts: RequestFacts,
  life: (relay: ModelRelay) => Life,
): Expectation {
  const known = facts.canSetDontFragment ? SEND_ATTRIBUTES_WITH_DONT_FRAGMENT : SEND_ATTRIBUTES;
  const [peer] = readPeers(view);
  const data = view.find(ATTRIBUTE_DATA);
  const relay = peer === undefined ? undefined : relayFor(allocation, peer);
  if (peer === undefined || relay === undefined || data < 0 || view.unknownRequired(known, unknown) > 0) {
    return NOTHING_EXPECTED;
  }
  const permission = lifeAt(relay.permissions.get(ipKey(peer)) ?? 0, facts.now);
  const sendLife = shorterLife(life(relay), permission);
  if (sendLife === 'over' || facts.isDenied(peer)) {
    return NOTHING_EXPECTED;
  }
  const start = view.attributeAt(data);
  const dontFragment = view.find(ATTRIBUTE_DONT_FRAGMENT) >= 0;
  return {
    kind: 'to-peer',
    // Where a socket sets DF always or never, one that does not cannot obey (RFC 8656 §14).
    isRequired: sendLife === 'live' && (!dontFragment || allocation.dontFragment),
    allocation,
    relay,
    peer,
    dontFragment,
    payload: view.bytes.slice(start, start + view.attributeLength(data)),
    messageBytes: view.length,
  };
}

/** What a datagram of a peer, or an ICMP error that came back from one, results in (RFC 8656 §11.3, §11.5, §12.7). */
export function predictFromPeer(
  peer: AddressWords,
  payload: Uint8Array | undefined,
  allocation: ModelAllocation,
  relay: ModelRelay,
  facts: RequestFacts,
  life: Life,
): Expectation {
  const permission = lifeAt(relay.permissions.get(ipKey(peer)) ?? 0, facts.now);
  const deliveryLife = shorterLife(life, permission);
  if (deliveryLife === 'over' || familyOf(peer) !== relay.family) {
    return NOTHING_EXPECTED;
  }
  const channels: number[] = [];
  let isBound = false;
  for (const channel of payload === undefined ? [] : relay.channels.values()) {
    const boundLife = lifeAt(channel.expiresAt, facts.now);
    if (boundLife !== 'over' && addressKey(channel.peer) === addressKey(peer)) {
      channels.push(channel.number);
      isBound ||= boundLife === 'live';
    }
  }
  if (!isBound) {
    channels.push(0);
  }
  const fits = (payload?.length ?? 0) + DATA_INDICATION_BYTES <= DATAGRAM_BYTES_MAX;
  return { kind: 'to-client', isRequired: deliveryLife === 'live' && fits, allocation, peer, channels, payload };
}
