import { assert } from '../base/assert.ts';
import type { Instant } from '../base/clock.ts';
import {
  RELAY_HEADROOM_BYTES_MIN,
  STUN_HEADER_BYTES,
  STUN_MESSAGE_BYTES_MAX,
  UDP_PAYLOAD_BYTES_MAX,
} from '../base/limits.ts';
import { type AddressWords, IPV4 } from '../base/socket-address.ts';
import { CHANNEL_DATA_HEADER_BYTES, channelDataPadding, writeChannelDataHeader } from '../stun/channel-data.ts';
import { ATTRIBUTE_HEADER_BYTES } from '../stun/message-layout.ts';
import { CLASS_INDICATION } from '../stun/message-type.ts';
import { ATTRIBUTE_DATA, ATTRIBUTE_XOR_PEER_ADDRESS } from '../stun/registry/attributes.ts';
import { METHOD_DATA } from '../stun/registry/methods.ts';
import { COUNTER } from './counter.ts';
import { dropOverLimit } from './drop-over-limit.ts';
import { TO_CLIENT, WITHIN_LIMITS } from './rate-limiter.ts';
import { NO_ROW } from './row-index.ts';
import type { ServerState } from './server-state.ts';

const CHANNEL_DATA_RELAYED = COUNTER.peer_channel_data_relayed;
const INDICATION_RELAYED = COUNTER.peer_data_indication_relayed;
const WITHOUT_RELAY = COUNTER.drop_peer_no_relay;
const WITHOUT_PERMISSION = COUNTER.drop_peer_no_permission;
const TOO_LONG = COUNTER.drop_peer_too_long;
const CLIENT_SLOW = COUNTER.drop_peer_client_slow;

/** Bytes in front of the data of a Data indication: the header, XOR-PEER-ADDRESS of each family, and DATA's own header. */
const INDICATION_HEAD_IPV4_BYTES = STUN_HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + 8 + ATTRIBUTE_HEADER_BYTES;
const INDICATION_HEAD_IPV6_BYTES = STUN_HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + 20 + ATTRIBUTE_HEADER_BYTES;

/**
 * Relays a datagram from a peer to the client: as ChannelData where a channel is bound to the peer, else as a Data indication
 * (RFC 8656 §11.3, §12.7). What goes around the payload is written in front of it and behind it, where it lies.
 */
export function relayPeerData(
  state: ServerState,
  relay: number,
  from: AddressWords,
  fromAt: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  now: Instant,
): boolean {
  const { relays, channels, permissions, aliases } = state;
  if (!relays.isLive(relay)) {
    return drop(state, WITHOUT_RELAY);
  }
  const peer = aliases.isNeeded ? aliases.toPublic(from, fromAt) : from;
  const peerAt = aliases.isNeeded ? 0 : fromAt;
  const channel = channels.findByPeer(relay, peer, peerAt);
  const permission = channel === NO_ROW ? permissions.find(relay, peer, peerAt) : channels.permissionOf(channel);
  if (permission === NO_ROW || !permissions.isLive(permission, now)) {
    return drop(state, WITHOUT_PERMISSION);
  }
  assert(offset >= RELAY_HEADROOM_BYTES_MIN, 'a payload from a peer has room in front of it');
  const allocation = relays.allocationOf(relay);
  return channel !== NO_ROW && channels.isLive(channel, now)
    ? sendChannelData(state, allocation, channels.numberOf(channel), bytes, offset, length, now)
    : sendIndication(state, allocation, peer, peerAt, bytes, offset, length, now);
}

function sendChannelData(
  state: ServerState,
  allocation: number,
  channel: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  now: Instant,
): boolean {
  const isStream = state.allocations.isStream(allocation);
  const padding = isStream ? channelDataPadding(length) : 0;
  const whole = CHANNEL_DATA_HEADER_BYTES + length + padding;
  if (!isStream && whole > UDP_PAYLOAD_BYTES_MAX) {
    return drop(state, TOO_LONG);
  }
  writeChannelDataHeader(bytes, offset - CHANNEL_DATA_HEADER_BYTES, channel, length);
  bytes.fill(0, offset + length, offset + length + padding);
  return sendToClient(state, allocation, bytes, offset - CHANNEL_DATA_HEADER_BYTES, whole, CHANNEL_DATA_RELAYED, now);
}

function sendIndication(
  state: ServerState,
  allocation: number,
  peer: AddressWords,
  peerAt: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  now: Instant,
): boolean {
  const { indicationIds, indicationWriter: writer } = state;
  const isIpv4 = (peer[peerAt] as number) >>> 16 === IPV4;
  const head = isIpv4 ? INDICATION_HEAD_IPV4_BYTES : INDICATION_HEAD_IPV6_BYTES;
  const whole = head + length + channelDataPadding(length);
  if (whole > (state.allocations.isStream(allocation) ? STUN_MESSAGE_BYTES_MAX : UDP_PAYLOAD_BYTES_MAX)) {
    return drop(state, TOO_LONG);
  }
  const idAt = indicationIds.next();
  writer.begin(bytes, offset - head, whole, CLASS_INDICATION, METHOD_DATA, indicationIds.bytes, idAt);
  writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer, peerAt);
  writer.addInPlace(ATTRIBUTE_DATA, length);
  return sendToClient(state, allocation, bytes, offset - head, whole, INDICATION_RELAYED, now);
}

/** Makes the bytes the `Forward` to the allocation's client, unless that reads its stream too slowly, or is sent too much. */
function sendToClient(
  state: ServerState,
  allocation: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  counter: number,
  now: Instant,
): boolean {
  const { allocations, meter, limiter, forward, options } = state;
  const socket = allocations.socketOf(allocation);
  if (allocations.isStream(allocation) && !options.backlog.hasRoom(socket, length)) {
    return drop(state, CLIENT_SLOW);
  }
  const verdict = limiter.countPacket(allocation, TO_CLIENT, length, now);
  if (verdict !== WITHIN_LIMITS) {
    return dropOverLimit(state, allocation, TO_CLIENT, verdict, now);
  }
  meter.countEgress(allocation, length);
  state.count(counter);
  forward.toClient(socket, allocations.clients, allocations.clientAt(allocation), bytes, offset, length);
  return true;
}

function drop(state: ServerState, counter: number): false {
  state.count(counter);
  return false;
}
