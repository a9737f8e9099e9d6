import { encodeHex } from '../../../src/base/bytes.ts';
import type { Instant } from '../../../src/base/clock.ts';
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
import { readAddressFamily } from '../../../src/stun/attributes/address-family.ts';
import {
  readChannelNumber,
  readEvenPort,
  readLifetime,
  readRequestedTransport,
  TRANSPORT_UDP,
} from '../../../src/stun/attributes/turn-values.ts';
import { isChannelNumber } from '../../../src/stun/channel-data.ts';
import type { MessageView } from '../../../src/stun/message-view.ts';
import * as attributes from '../../../src/stun/registry/attributes.ts';
import * as errors from '../../../src/stun/registry/error-codes.ts';
import { addressKey, ipKey } from '../address-key.ts';
import { CHANNEL_REST_MS, type Life, lifeAt, type ModelAllocation, type ModelRelay } from './model-allocation.ts';
import type { NewPeers } from './model-rates.ts';
import type { Verdict } from './verdict.ts';

/** What a judge of a request must know beside the request and the allocation on its 5-tuple. */
export interface RequestFacts {
  readonly now: Instant;
  /** How late a timer may be that ends an allocation. */
  readonly latenessMs: number;
  readonly relayFamilies: ReadonlySet<Family>;
  readonly canSetDontFragment: boolean;
  /** Whether ports, or places for anything else, may have run out. */
  readonly isRoomScarce: boolean;
  /** Whether a relay socket may fail to open. */
  readonly mayOpenFail: boolean;
  /** The life of the reservation with this token, in hexadecimal digits. */
  reservationLife(token: string): Life;
  /** Whether nobody may be sent anything at this address and port. */
  isDenied(peer: AddressWords): boolean;
  /** Whether there is no port of this IP address at which somebody may be sent something. */
  isDeniedAltogether(peer: AddressWords): boolean;
}

/** What an Allocate request asks for (RFC 8656 §7.1), as far as it can be read. */
export interface AllocateWish {
  readonly families: readonly Family[];
  readonly isDual: boolean;
  readonly evenPort: 0 | 1 | -1;
  /** In hexadecimal digits. */
  readonly token: string | undefined;
  readonly lifetimeSeconds: number | undefined;
}

export function readAllocateWish(view: MessageView): AllocateWish {
  const requested = readFamily(view, attributes.ATTRIBUTE_REQUESTED_ADDRESS_FAMILY);
  const additional = readFamily(view, attributes.ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY);
  const evenPort = view.find(attributes.ATTRIBUTE_EVEN_PORT);
  const token = view.find(attributes.ATTRIBUTE_RESERVATION_TOKEN);
  const tokenAt = token < 0 ? 0 : view.attributeAt(token);
  return {
    families: additional === undefined ? [requested ?? IPV4] : [IPV4, IPV6],
    isDual: additional !== undefined,
    evenPort: evenPort < 0 ? -1 : readEvenPort(view, evenPort),
    token: token < 0 ? undefined : encodeHex(view.bytes.subarray(tokenAt, tokenAt + view.attributeLength(token))),
    lifetimeSeconds: readLifetimeSeconds(view),
  };
}

/** LIFETIME, if the message has it. */
export function readLifetimeSeconds(view: MessageView): number | undefined {
  const index = view.find(attributes.ATTRIBUTE_LIFETIME);
  return index < 0 ? undefined : readLifetime(view, index);
}

/** The family that the attribute names, if the message has it. */
export function readFamily(view: MessageView, type: number): Family | undefined {
  const index = view.find(type);
  const family = index < 0 ? -1 : readAddressFamily(view, index);
  return family === IPV4 || family === IPV6 ? family : undefined;
}

/** Judges Allocate as RFC 8656 §7.2 asks, its checks of the 5-tuple, the user and the quota apart. */
export function judgeAllocate(view: MessageView, facts: RequestFacts, verdict: Verdict): void {
  const wish = readAllocateWish(view);
  const transport = view.find(attributes.ATTRIBUTE_REQUESTED_TRANSPORT);
  const hasRequestedFamily = view.find(attributes.ATTRIBUTE_REQUESTED_ADDRESS_FAMILY) >= 0;
  if (transport < 0) {
    verdict.refuse(errors.ERROR_BAD_REQUEST);
  } else if (readRequestedTransport(view, transport) !== TRANSPORT_UDP) {
    verdict.refuse(errors.ERROR_UNSUPPORTED_TRANSPORT_PROTOCOL);
  }
  if (view.find(attributes.ATTRIBUTE_DONT_FRAGMENT) >= 0 && !facts.canSetDontFragment) {
    verdict.refuse(errors.ERROR_UNKNOWN_ATTRIBUTE);
  }
  const isContradictory =
    (wish.token !== undefined && (wish.evenPort >= 0 || hasRequestedFamily || wish.isDual)) ||
    (wish.isDual && (hasRequestedFamily || wish.evenPort === 1)) ||
    readFamily(view, attributes.ATTRIBUTE_ADDITIONAL_ADDRESS_FAMILY) === IPV4;
  if (isContradictory) {
    verdict.refuse(errors.ERROR_BAD_REQUEST);
  }
  judgeCapacity(wish, facts, verdict);
}

function judgeCapacity(wish: AllocateWish, facts: RequestFacts, verdict: Verdict): void {
  judgeRoom(facts, verdict);
  // A dual allocation succeeds with the one family that there is (RFC 8656 §7.2 step 9).
  if (wish.token === undefined && !wish.families.some((family) => facts.relayFamilies.has(family))) {
    verdict.refuse(errors.ERROR_ADDRESS_FAMILY_NOT_SUPPORTED);
  }
  if (wish.token !== undefined) {
    const life = facts.reservationLife(wish.token);
    if (life !== 'live') {
      verdict.refuse(errors.ERROR_INSUFFICIENT_CAPACITY, life === 'over' ? 'surely' : 'perhaps');
    }
  }
  if (facts.mayOpenFail) {
    verdict.refuse(errors.ERROR_INSUFFICIENT_CAPACITY, 'perhaps');
  }
}

function judgeRoom(facts: RequestFacts, verdict: Verdict): void {
  if (facts.isRoomScarce) {
    verdict.refuse(errors.ERROR_INSUFFICIENT_CAPACITY, 'perhaps');
  }
}

/** Judges Refresh of an allocation that is there (RFC 8656 §8.2). */
export function judgeRefresh(view: MessageView, allocation: ModelAllocation, verdict: Verdict): void {
  const index = view.find(attributes.ATTRIBUTE_REQUESTED_ADDRESS_FAMILY);
  if (index < 0) {
    return;
  }
  const family = readFamily(view, attributes.ATTRIBUTE_REQUESTED_ADDRESS_FAMILY);
  if (!allocation.relays.some((relay) => relay.family === family)) {
    verdict.refuse(errors.ERROR_PEER_ADDRESS_FAMILY_MISMATCH);
  }
}

/** Judges CreatePermission on an allocation that is there (RFC 8656 §10.2). */
export function judgeCreatePermission(
  view: MessageView,
  allocation: ModelAllocation,
  facts: RequestFacts,
  verdict: Verdict,
): void {
  const peers = readPeers(view);
  judgeRoom(facts, verdict);
  judgeNewPeers(allocation, peers, facts, verdict);
  if (peers.length === 0) {
    verdict.refuse(errors.ERROR_BAD_REQUEST);
  }
  for (const peer of peers) {
    if (relayFor(allocation, peer) === undefined) {
      verdict.refuse(errors.ERROR_PEER_ADDRESS_FAMILY_MISMATCH);
    }
    if (facts.isDeniedAltogether(peer)) {
      verdict.refuse(errors.ERROR_FORBIDDEN);
    }
  }
}

/** Judges ChannelBind on an allocation that is there (RFC 8656 §12.2). */
export function judgeChannelBind(
  view: MessageView,
  allocation: ModelAllocation,
  facts: RequestFacts,
  verdict: Verdict,
): void {
  const numberIndex = view.find(attributes.ATTRIBUTE_CHANNEL_NUMBER);
  const channel = numberIndex < 0 ? -1 : readChannelNumber(view, numberIndex);
  const [peer] = readPeers(view);
  judgeRoom(facts, verdict);
  if (!isChannelNumber(channel) || peer === undefined) {
    verdict.refuse(errors.ERROR_BAD_REQUEST);
  }
  if (peer === undefined) {
    return;
  }
  judgeNewPeers(allocation, [peer], facts, verdict);
  if (relayFor(allocation, peer) === undefined) {
    verdict.refuse(errors.ERROR_PEER_ADDRESS_FAMILY_MISMATCH);
  }
  if (facts.isDenied(peer)) {
    verdict.refuse(errors.ERROR_FORBIDDEN);
  }
  judgeBinding(channel, peer, allocation, facts, verdict);
}

function judgeNewPeers(
  allocation: ModelAllocation,
  peers: readonly AddressWords[],
  facts: RequestFacts,
  verdict: Verdict,
): void {
  const rate = allocation.rates.judgeNewPeers(countNewPeers(allocation, peers, facts.now), facts.now);
  if (rate !== 'within') {
    verdict.refuse(errors.ERROR_INSUFFICIENT_CAPACITY, rate === 'over' ? 'surely' : 'perhaps');
  }
}

/** How many IP addresses among the peers have no permission: a server may keep one for a while whose time is over. */
export function countNewPeers(allocation: ModelAllocation, peers: readonly AddressWords[], now: Instant): NewPeers {
  const surely = new Set<string>();
  const perhaps = new Set<string>();
  for (const peer of peers) {
    const expiresAt = relayFor(allocation, peer)?.permissions.get(ipKey(peer));
    if (expiresAt === undefined) {
      surely.add(ipKey(peer));
    }
    if (expiresAt === undefined || lifeAt(expiresAt, now) !== 'live') {
      perhaps.add(ipKey(peer));
    }
  }
  return { surely: surely.size, perhaps: perhaps.size };
}

/** Neither the channel nor the peer may be bound to another; for five minutes more, they should not be (RFC 8656 §12). */
function judgeBinding(
  channel: number,
  peer: AddressWords,
  allocation: ModelAllocation,
  facts: RequestFacts,
  verdict: Verdict,
): void {
  const key = addressKey(peer);
  for (const relay of allocation.relays) {
    for (const bound of relay.channels.values()) {
      const samePeer = addressKey(bound.peer) === key;
      if ((bound.number === channel) !== samePeer) {
        const life = lifeAt(bound.expiresAt, facts.now, CHANNEL_REST_MS + facts.latenessMs);
        if (life !== 'over') {
          verdict.refuse(errors.ERROR_BAD_REQUEST, life === 'live' ? 'surely' : 'perhaps');
        }
      }
    }
  }
}

/** Every XOR-PEER-ADDRESS of a message, in its order. */
export function readPeers(view: MessageView): AddressWords[] {
  const peers: AddressWords[] = [];
  const words = new Uint32Array(ADDRESS_WORDS);
  const type = attributes.ATTRIBUTE_XOR_PEER_ADDRESS;
  for (let index = view.find(type); index >= 0; index = view.find(type, index + 1)) {
    if (readXorAddress(view, index, words)) {
      peers.push(cloneAddress(words));
    }
  }
  return peers;
}

/** The relay of the allocation that can reach the peer. */
export function relayFor(allocation: ModelAllocation, peer: AddressWords): ModelRelay | undefined {
  return allocation.relays.find((relay) => relay.family === familyOf(peer));
}
