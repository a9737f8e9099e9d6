import { encodeHex } from '../../../src/base/bytes.ts';
import type { Instant } from '../../../src/base/clock.ts';
import { formatTransportAddress } from '../../../src/base/ip.ts';
import {
  ADDRESS_WORDS,
  type AddressWords,
  cloneAddress,
  familyOf,
  portOf,
  withPort,
} from '../../../src/base/socket-address.ts';
import { readXorAddress } from '../../../src/stun/attributes/address.ts';
import { readChannelNumber } from '../../../src/stun/attributes/turn-values.ts';
import type { MessageView } from '../../../src/stun/message-view.ts';
import * as attributes from '../../../src/stun/registry/attributes.ts';
import * as methods from '../../../src/stun/registry/methods.ts';
import { addressKey, ipKey } from '../address-key.ts';
import { requireInvariant } from '../invariant.ts';
import type { PendingRequest } from './expectation.ts';
import {
  type AllocateWish,
  countNewPeers,
  readAllocateWish,
  readFamily,
  readLifetimeSeconds,
  readPeers,
  relayFor,
} from './judge-request.ts';
import {
  CHANNEL_LIFETIME_MS,
  grantedSeconds,
  type ModelAllocation,
  type ModelRelay,
  PERMISSION_LIFETIME_MS,
} from './model-allocation.ts';
import { ModelRates } from './model-rates.ts';
import type { WorkerModel } from './worker-model.ts';

/**
 * Does in the model what the server says, by answering with success, that it has done.
 * @returns the allocation that has begun, if so.
 */
export function applySuccess(
  model: WorkerModel,
  request: PendingRequest,
  asked: MessageView,
  answer: MessageView,
  now: Instant,
): ModelAllocation | undefined {
  if (request.method === methods.METHOD_ALLOCATE) {
    return applyAllocate(model, request, asked, answer, now);
  }
  const { allocation } = request;
  if (allocation === undefined) {
    return undefined;
  }
  switch (request.method) {
    case methods.METHOD_REFRESH:
      applyRefresh(model, allocation, asked, answer, now);
      break;
    case methods.METHOD_CREATE_PERMISSION:
      allocation.rates.passNewPeers(countNewPeers(allocation, readPeers(asked), now), now);
      for (const peer of readPeers(asked)) {
        extendPermission(allocation, peer, now);
      }
      break;
    case methods.METHOD_CHANNEL_BIND:
      applyChannelBind(allocation, asked, now);
      break;
  }
  return undefined;
}

function applyAllocate(
  model: WorkerModel,
  request: PendingRequest,
  asked: MessageView,
  answer: MessageView,
  now: Instant,
): ModelAllocation | undefined {
  const relayed = readRelayed(answer);
  const repeated = request.allocation?.transaction === request.transaction ? request.allocation : undefined;
  if (repeated !== undefined) {
    const known = repeated.relays.map((relay) => addressKey(relay.relayed)).sort();
    const told = relayed.map((address) => addressKey(address)).sort();
    requireInvariant(
      known.join() === told.join(),
      'answer',
      () => `a repeated Allocate is told ${relayed.map((address) => formatTransportAddress(address)).join(' and ')}`,
    );
    requireRemainingLifetime(repeated, readLifetimeSeconds(answer), now);
    return undefined;
  }
  const { credential } = request.sender;
  if (credential === undefined) {
    return undefined;
  }
  const wish = readAllocateWish(asked);
  const seconds = readLifetimeSeconds(answer);
  requireInvariant(
    seconds === grantedSeconds(wish.lifetimeSeconds),
    'answer',
    () => `an allocation of ${wish.lifetimeSeconds} s is granted for ${seconds} s`,
  );
  const allocation: ModelAllocation = {
    tuple: request.tuple,
    socket: request.socket,
    client: request.client,
    transport: request.transport,
    owner: model.surroundings.clientName(request.client),
    credential,
    transaction: request.transaction,
    dontFragment: asked.find(attributes.ATTRIBUTE_DONT_FRAGMENT) >= 0,
    startedAt: now,
    rates: new ModelRates(model.surroundings.scenario.allocationLimits),
    relays: [],
  };
  for (const address of relayed) {
    allocation.relays.push(
      beginRelay(model, allocation, address, (now + 1000 * grantedSeconds(wish.lifetimeSeconds)) as Instant),
    );
  }
  requireWishGranted(model, allocation, wish, answer, now);
  model.allocations.set(allocation.tuple, allocation);
  model.surroundings.usage.begin(allocation);
  return allocation;
}

/** A repeated answer tells the time that is left (RFC 8656 §7.2), to the second. */
function requireRemainingLifetime(allocation: ModelAllocation, seconds: number | undefined, now: Instant): void {
  const left = (Math.min(...allocation.relays.map((relay) => relay.expiresAt)) - now) / 1000;
  requireInvariant(
    seconds !== undefined && Math.abs(seconds - left) <= 1,
    'answer',
    () => `an allocation that lasts ${left} s more is said to last ${seconds} s`,
  );
}

function beginRelay(
  model: WorkerModel,
  allocation: ModelAllocation,
  relayed: AddressWords,
  expiresAt: Instant,
): ModelRelay {
  const text = formatTransportAddress(relayed);
  const socket = model.findRelaySocket(addressKey(relayed));
  requireInvariant(socket !== undefined, 'relay-socket', () => `${text} is allocated, and no socket is open there`);
  requireInvariant(!model.relays.has(socket), 'relay-port', () => `${text} is allocated twice`);
  requireInvariant(
    !model.surroundings.reservations.isReserved(addressKey(relayed), allocation.startedAt),
    'relay-port',
    () => `${text} is allocated, and waits for the holder of a token`,
  );
  const relay = {
    family: familyOf(relayed),
    relayed,
    socket,
    expiresAt,
    permissions: new Map(),
    channels: new Map(),
  };
  model.relays.set(socket, { allocation, relay });
  model.surroundings.relayRegister.record(relayed, allocation.owner);
  return relay;
}

/** Whether the relayed addresses are those that were asked for (RFC 8656 §7.2). */
function requireWishGranted(
  model: WorkerModel,
  allocation: ModelAllocation,
  wish: AllocateWish,
  answer: MessageView,
  now: Instant,
): void {
  const { reservations } = model.surroundings;
  const [first] = allocation.relays;
  requireInvariant(first !== undefined, 'answer', () => 'an allocation has a relayed address');
  const reserved = wish.token === undefined ? undefined : reservations.redeem(wish.token);
  requireInvariant(
    reserved === undefined || reserved === addressKey(first.relayed),
    'answer',
    () => `the holder of a token got ${formatTransportAddress(first.relayed)}, which is another port`,
  );
  const families = allocation.relays.map((relay) => relay.family).join();
  const hasAddressError = answer.find(attributes.ATTRIBUTE_ADDRESS_ERROR_CODE) >= 0;
  const isWhole = families === wish.families.join();
  const isPartial = wish.isDual && allocation.relays.length === 1 && hasAddressError;
  requireInvariant(
    wish.token !== undefined || (isWhole && !hasAddressError) || isPartial,
    'answer',
    () => `families ${wish.families.join(' and ')} were asked for, and ${families} granted`,
  );
  const isEven = portOf(first.relayed) % 2 === 0;
  requireInvariant(wish.evenPort < 0 || isEven, 'answer', () => 'an even port was asked for, and an odd one granted');
  const tokenIndex = answer.find(attributes.ATTRIBUTE_RESERVATION_TOKEN);
  requireInvariant(tokenIndex >= 0 === (wish.evenPort === 1), 'answer', () => 'who reserves a port gets a token');
  if (tokenIndex >= 0) {
    const at = answer.attributeAt(tokenIndex);
    const token = encodeHex(answer.bytes.subarray(at, at + answer.attributeLength(tokenIndex)));
    requireInvariant(!reservations.has(token), 'answer', () => 'no two reservations have one token');
    reservations.record(token, addressKey(withPort(first.relayed, portOf(first.relayed) + 1)), now);
  }
}

function applyRefresh(
  model: WorkerModel,
  allocation: ModelAllocation,
  asked: MessageView,
  answer: MessageView,
  now: Instant,
): void {
  const requested = readLifetimeSeconds(asked);
  const granted = readLifetimeSeconds(answer);
  const expected = requested === 0 ? 0 : grantedSeconds(requested);
  requireInvariant(
    granted === expected,
    'answer',
    () => `a refresh to ${requested} s is answered with ${granted} s instead of ${expected} s`,
  );
  const family = readFamily(asked, attributes.ATTRIBUTE_REQUESTED_ADDRESS_FAMILY);
  for (const relay of [...allocation.relays]) {
    if (family !== undefined && relay.family !== family) {
      continue;
    }
    if (expected === 0) {
      model.endRelay(allocation, relay, now);
    } else {
      relay.expiresAt = (now + 1000 * expected) as Instant;
    }
  }
}

function applyChannelBind(allocation: ModelAllocation, asked: MessageView, now: Instant): void {
  const [peer] = readPeers(asked);
  const index = asked.find(attributes.ATTRIBUTE_CHANNEL_NUMBER);
  const relay = peer === undefined ? undefined : relayFor(allocation, peer);
  if (peer === undefined || relay === undefined || index < 0) {
    return;
  }
  const number = readChannelNumber(asked, index);
  for (const other of allocation.relays) {
    for (const bound of [...other.channels.values()]) {
      if (bound.number === number || addressKey(bound.peer) === addressKey(peer)) {
        other.channels.delete(bound.number);
      }
    }
  }
  relay.channels.set(number, { number, peer, expiresAt: (now + CHANNEL_LIFETIME_MS) as Instant });
  allocation.rates.passNewPeers(countNewPeers(allocation, [peer], now), now);
  extendPermission(allocation, peer, now);
}

function extendPermission(allocation: ModelAllocation, peer: AddressWords, now: Instant): void {
  relayFor(allocation, peer)?.permissions.set(ipKey(peer), (now + PERMISSION_LIFETIME_MS) as Instant);
}

function readRelayed(answer: MessageView): AddressWords[] {
  const relayed: AddressWords[] = [];
  const words = new Uint32Array(ADDRESS_WORDS);
  const type = attributes.ATTRIBUTE_XOR_RELAYED_ADDRESS;
  for (let index = answer.find(type); index >= 0; index = answer.find(type, index + 1)) {
    if (readXorAddress(answer, index, words)) {
      relayed.push(cloneAddress(words));
    }
  }
  return relayed.sort((a, b) => familyOf(a) - familyOf(b));
}
