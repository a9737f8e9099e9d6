import {
  ADDRESS_WORDS,
  type AddressWords,
  cloneAddress,
  type Family,
  familyOf,
  IPV4,
  IPV6,
} from '../../../src/base/socket-address.ts';
import { readXorAddress } from '../../../src/stun/attributes/address.ts';
import { TRANSPORT_UDP } from '../../../src/stun/attributes/turn-values.ts';
import type { MessageView } from '../../../src/stun/message-view.ts';
import type { MessageWriter } from '../../../src/stun/message-writer.ts';
import {
  ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY,
  ATTRIBUTE_REQUESTED_ADDRESS_FAMILY,
  ATTRIBUTE_RESERVATION_TOKEN,
  ATTRIBUTE_XOR_PEER_ADDRESS,
  ATTRIBUTE_XOR_RELAYED_ADDRESS,
} from '../../../src/stun/registry/attributes.ts';
import { ERROR_ALLOCATION_MISMATCH } from '../../../src/stun/registry/error-codes.ts';
import {
  METHOD_ALLOCATE,
  METHOD_BINDING,
  METHOD_CHANNEL_BIND,
  METHOD_CREATE_PERMISSION,
  METHOD_REFRESH,
} from '../../../src/stun/registry/methods.ts';
import type { Signing, SimulatedClient } from './simulated-client.ts';
import { TOKEN_BYTES } from './token-exchange.ts';

/** Probability that a request has an attribute that no server knows and must (RFC 8489 §6.3.1). */
const UNKNOWN_ATTRIBUTE_RATE = 0.01;
const UNKNOWN_ATTRIBUTE = 0x7ff1;

/** How the client asks for its address (RFC 8656 §7.1), or one of the ways that no client should. */
const ADDRESS_WISHES = {
  any: 50,
  ipv4: 10,
  ipv6: 10,
  dual: 14,
  even: 8,
  evenReserved: 30,
  token: 6,
  tokenWithEven: 1,
  evenReservedDual: 1,
  requestedAndAdditional: 1,
  additionalIpv4: 1,
  noTransport: 1,
  tcp: 1,
} as const;

export function bind(client: SimulatedClient): void {
  client.request({ method: METHOD_BINDING, signing: 'none' });
}

export function allocate(client: SimulatedClient): void {
  const { context } = client;
  const { draw } = context;
  // The holder of a fresh token comes for its port soon.
  const wish = context.tokens.hasFresh(context.queue.now) && draw.chance(0.6) ? 'token' : draw.weighted(ADDRESS_WISHES);
  const lifetime = draw.chance(0.5) ? drawLifetimeSeconds(client) : -1;
  const dontFragment = draw.chance(0.1);
  client.request({
    method: METHOD_ALLOCATE,
    signing: drawSigning(client),
    write: (writer) => {
      if (wish !== 'noTransport') {
        writer.addRequestedTransport(wish === 'tcp' ? 6 : TRANSPORT_UDP);
      }
      writeAddressWish(client, writer, wish);
      if (lifetime >= 0) {
        writer.addLifetime(lifetime);
      }
      if (dontFragment) {
        writer.addDontFragment();
      }
      writeUnknownAttribute(client, writer);
    },
    onSuccess: (view) => beginAllocation(client, view),
  });
}

/** `seconds` is drawn when it is not given; 0 ends the allocation (RFC 8656 §8). */
export function refresh(client: SimulatedClient, seconds = drawLifetimeSeconds(client)): void {
  const { draw } = client.context;
  const family = draw.chance(0.2) ? draw.pick<Family>([IPV4, IPV6]) : undefined;
  client.request({
    method: METHOD_REFRESH,
    signing: drawSigning(client),
    write: (writer) => {
      writer.addLifetime(seconds);
      if (family !== undefined) {
        writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, family);
      }
      writeUnknownAttribute(client, writer);
    },
    onSuccess: () => {
      if (seconds === 0 && family === undefined) {
        client.belief.end();
      }
    },
    onError: (code) => endIfMismatch(client, code),
  });
}

export function createPermission(client: SimulatedClient): void {
  const { context, belief } = client;
  const peers = Array.from({ length: context.draw.integer(1, 4) }, () => pickPeer(client));
  const isEmpty = context.draw.chance(0.01);
  for (const peer of peers) {
    belief.askPermission(peer, context.queue.now);
  }
  client.request({
    method: METHOD_CREATE_PERMISSION,
    signing: drawSigning(client),
    write: (writer) => {
      for (const peer of isEmpty ? [] : peers) {
        writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
      }
      writeUnknownAttribute(client, writer);
    },
    onSuccess: () => {
      for (const peer of peers) {
        belief.confirmPermission(peer);
      }
    },
    onError: (code) => endIfMismatch(client, code),
  });
}

export function bindChannel(client: SimulatedClient): void {
  const { context, belief } = client;
  // So few channels that a new binding often meets an old one of the same channel or peer.
  const isOutOfRange = context.draw.chance(0.02);
  const channel = isOutOfRange ? context.draw.pick([0x0, 0x3fff, 0x5000, 0xffff]) : 0x4000 + context.draw.integer(0, 9);
  const bound = belief.channels.get(channel);
  const peer = bound !== undefined && context.draw.chance(0.6) ? bound : pickPeer(client);
  belief.askChannel(channel, peer, context.queue.now);
  client.request({
    method: METHOD_CHANNEL_BIND,
    signing: drawSigning(client),
    write: (writer) => {
      writer.addChannelNumber(channel);
      writer.addXorAddress(ATTRIBUTE_XOR_PEER_ADDRESS, peer);
      writeUnknownAttribute(client, writer);
    },
    onSuccess: () => belief.confirmChannel(channel, peer),
    onError: (code) => endIfMismatch(client, code),
  });
}

/** Mostly somebody whom anyone may talk to; now and then another client's relayed address, or somebody forbidden. */
export function pickPeer(client: SimulatedClient): AddressWords {
  const { draw, topology, relayRegister } = client.context;
  const families = new Set(client.belief.relayed.map((relayed) => familyOf(relayed)));
  const reachable = (peer: AddressWords): boolean => families.has(familyOf(peer));
  const kind = draw.weighted({ reachable: 65, relayed: 25, any: 5, denied: 5 });
  const candidates = {
    reachable: topology.peers.filter(reachable),
    relayed: relayRegister.recent.filter(reachable),
    any: topology.peers,
    denied: topology.denied,
  }[kind];
  return draw.pick(candidates.length > 0 ? candidates : topology.peers);
}

function drawLifetimeSeconds(client: SimulatedClient): number {
  const { draw } = client.context;
  return draw.chance(0.1) ? draw.pick([0, 1, 0xffffffff]) : draw.integer(1, 5000);
}

function drawSigning(client: SimulatedClient): Signing {
  return client.context.draw.weighted({
    right: 92,
    none: 1,
    'wrong-password': 2,
    'unknown-user': 1,
    'invented-nonce': 2,
    'other-algorithm': 2,
    'bid-down': 1,
  });
}

function beginAllocation(client: SimulatedClient, view: MessageView): void {
  const { context, belief } = client;
  const relayed: AddressWords[] = [];
  const words = new Uint32Array(ADDRESS_WORDS);
  for (let i = view.find(ATTRIBUTE_XOR_RELAYED_ADDRESS); i >= 0; i = view.find(ATTRIBUTE_XOR_RELAYED_ADDRESS, i + 1)) {
    if (readXorAddress(view, i, words)) {
      relayed.push(cloneAddress(words));
    }
  }
  belief.begin(relayed);
  const tokenIndex = view.find(ATTRIBUTE_RESERVATION_TOKEN);
  if (tokenIndex >= 0) {
    const at = view.attributeAt(tokenIndex);
    context.tokens.add(view.bytes.slice(at, at + TOKEN_BYTES), context.queue.now);
  }
}

/** 437: the server has no allocation of ours, whatever we believed. */
function endIfMismatch(client: SimulatedClient, code: number): void {
  if (code === ERROR_ALLOCATION_MISMATCH) {
    client.belief.end();
  }
}

function writeAddressWish(client: SimulatedClient, writer: MessageWriter, wish: keyof typeof ADDRESS_WISHES): void {
  switch (wish) {
    case 'ipv4':
    case 'ipv6':
      writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, wish === 'ipv4' ? IPV4 : IPV6);
      break;
    case 'requestedAndAdditional':
      writer.addAddressFamily(ATTRIBUTE_REQUESTED_ADDRESS_FAMILY, IPV4);
      writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV6);
      break;
    case 'dual':
    case 'additionalIpv4':
      writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, wish === 'dual' ? IPV6 : IPV4);
      break;
    case 'even':
    case 'evenReserved':
      writer.addEvenPort(wish === 'evenReserved');
      break;
    case 'evenReservedDual':
      writer.addEvenPort(true);
      writer.addAddressFamily(ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY, IPV6);
      break;
    case 'token':
    case 'tokenWithEven':
      writer.addBytes(ATTRIBUTE_RESERVATION_TOKEN, client.context.tokens.draw(client.context.queue.now));
      if (wish === 'tokenWithEven') {
        writer.addEvenPort(false);
      }
      break;
    default:
      break;
  }
}

function writeUnknownAttribute(client: SimulatedClient, writer: MessageWriter): void {
  if (client.context.draw.chance(UNKNOWN_ATTRIBUTE_RATE)) {
    writer.addU32(UNKNOWN_ATTRIBUTE, 0);
  }
}
