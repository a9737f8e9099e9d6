import { encodeHex } from '../../../src/base/bytes.ts';
import type { Instant, UnixMs } from '../../../src/base/clock.ts';
import {
  type AddressWords,
  type Family,
  familyOf,
  portOf,
  sameAddress,
  sameIp,
  withPort,
} from '../../../src/base/socket-address.ts';
import type { ClientTransport } from '../../../src/contract/ids.ts';
import { readChannelData } from '../../../src/stun/channel-data.ts';
import { classifyPacket, PACKET_CHANNEL_DATA, PACKET_STUN } from '../../../src/stun/demux.ts';
import { CLASS_INDICATION, CLASS_REQUEST } from '../../../src/stun/message-type.ts';
import { MessageView } from '../../../src/stun/message-view.ts';
import { METHOD_SEND } from '../../../src/stun/registry/methods.ts';
import { addressKey, ipKey } from '../address-key.ts';
import { requireInvariant } from '../invariant.ts';
import { CredentialStanding } from './credential-standing.ts';
import { type Expectation, NOTHING_EXPECTED, type PendingRequest } from './expectation.ts';
import { judgeRequest } from './judge-method.ts';
import type { RequestFacts } from './judge-request.ts';
import { type Life, lifeAt, type ModelAllocation, type ModelRelay, shorterLife } from './model-allocation.ts';
import type { ModelSurroundings } from './model-surroundings.ts';
import { predictChannelData, predictFromPeer, predictSend } from './predict-relaying.ts';
import { Verdict } from './verdict.ts';

/** A client's end as the server sees it. */
export interface ClientEnd {
  readonly socket: number;
  readonly transport: ClientTransport;
  readonly address: AddressWords;
}

const view = new MessageView();

/**
 * What one worker must know and do, by RFC 8656 and nothing else. It reads every input before the worker does, and every output
 * after it; its allocations begin with the worker's answers and end by its own reckoning.
 */
export class WorkerModel {
  readonly standing = new CredentialStanding();
  readonly allocations = new Map<string, ModelAllocation>();
  /** By the number of the relay's socket. */
  readonly relays = new Map<number, { readonly allocation: ModelAllocation; readonly relay: ModelRelay }>();
  /** Allocate requests that wait for a socket, by 5-tuple. */
  readonly pending = new Map<string, PendingRequest>();
  /** Sockets of relays that have ended for another reason than time, and must be closed before the step is over. */
  readonly mustClose = new Set<number>();
  clockOffsetMs = 0;
  /** No new allocations are wanted. */
  isDraining = false;
  readonly surroundings: ModelSurroundings;
  /** IP addresses that have become this host's own, and so are nobody's peer (`ipKey`). */
  #addedOwn: ReadonlySet<string> = new Set();
  /** When the clock was last set: what expires by it may be late as if it had just expired. */
  #clockSetAt = Number.NEGATIVE_INFINITY;

  /** The open socket of this worker's relay at a relayed address (`addressKey`). */
  readonly findRelaySocket: (relayed: string) => number | undefined;

  constructor(surroundings: ModelSurroundings, findRelaySocket: (relayed: string) => number | undefined) {
    this.surroundings = surroundings;
    this.findRelaySocket = findRelaySocket;
  }

  unixAt(now: Instant): UnixMs {
    return (now + this.clockOffsetMs) as UnixMs;
  }

  setClockOffset(offsetMs: number, now: Instant): void {
    this.clockOffsetMs = offsetMs;
    this.#clockSetAt = now;
  }

  /** Reads one datagram or frame of a client before the server does. */
  expectFromClient(end: ClientEnd, bytes: Uint8Array, now: Instant): Expectation {
    const tuple = tupleOf(end);
    const allocation = this.allocations.get(tuple);
    const kind = classifyPacket(bytes, 0, bytes.length);
    const facts = this.factsAt(now);
    const life = (relay: ModelRelay): Life => (allocation === undefined ? 'over' : this.lifeOf(allocation, relay, now));
    if (kind === PACKET_CHANNEL_DATA && allocation !== undefined) {
      if (readChannelData(bytes, 0, bytes.length, end.transport !== 'udp') >= 0) {
        this.surroundings.usage.countIngress(allocation, bytes.length);
      }
      return predictChannelData(bytes, allocation, facts, life);
    }
    if (kind !== PACKET_STUN || view.parse(bytes, 0, bytes.length) !== undefined) {
      return NOTHING_EXPECTED;
    }
    if (view.messageClass === CLASS_INDICATION && view.method === METHOD_SEND && allocation !== undefined) {
      this.surroundings.usage.countIngress(allocation, bytes.length);
      return predictSend(view, allocation, facts, life);
    }
    return view.messageClass === CLASS_REQUEST
      ? { kind: 'answer', request: this.#expectAnswer(end, tuple, bytes, now) }
      : NOTHING_EXPECTED;
  }

  /** Reads one datagram of a peer, or an ICMP error (without a payload), before the server does. */
  expectFromPeer(socket: number, from: AddressWords, payload: Uint8Array | undefined, now: Instant): Expectation {
    const found = this.relays.get(socket);
    if (found === undefined) {
      return NOTHING_EXPECTED;
    }
    const { allocation, relay } = found;
    const life = this.lifeOf(allocation, relay, now);
    return predictFromPeer(this.#publicSideOf(from), payload, allocation, relay, this.factsAt(now), life);
  }

  /** Notes that the server has closed a relay's socket, which it may only do when the relay's time is over. */
  noteRelayClosed(socket: number, now: Instant): void {
    const found = this.relays.get(socket);
    if (found === undefined) {
      this.mustClose.delete(socket);
      return;
    }
    requireInvariant(
      this.lifeOf(found.allocation, found.relay, now) !== 'live',
      'relay-socket',
      () => `relay ${socket} of ${found.allocation.owner} was closed while its allocation lives`,
    );
    this.endRelay(found.allocation, found.relay, now);
    this.mustClose.delete(socket);
  }

  /** Ends a relay at once, for another reason than time. */
  endRelay(allocation: ModelAllocation, relay: ModelRelay, now: Instant): void {
    this.relays.delete(relay.socket);
    this.mustClose.add(relay.socket);
    allocation.relays.splice(allocation.relays.indexOf(relay), 1);
    if (allocation.relays.length === 0) {
      if (this.allocations.get(allocation.tuple) === allocation) {
        this.allocations.delete(allocation.tuple);
      }
      this.surroundings.usage.end(allocation, now);
    }
  }

  endAllocation(allocation: ModelAllocation, now: Instant): void {
    for (const relay of [...allocation.relays]) {
      this.endRelay(allocation, relay, now);
    }
  }

  /** Ends what a change of credentials ends, at once. */
  endRevoked(now: Instant): void {
    for (const allocation of [...this.allocations.values()]) {
      if (!this.standing.isGood(allocation.credential)) {
        this.endAllocation(allocation, now);
      }
    }
  }

  /** Whether a relay of a live allocation lives: its own time, and that of the credential. */
  lifeOf(allocation: ModelAllocation, relay: ModelRelay, now: Instant): Life {
    const { latenessMs } = this.surroundings;
    const own = lifeAt(relay.expiresAt, now, latenessMs);
    const ofCredential = lifeAt(allocation.credential.expiresAt, this.unixAt(now), latenessMs);
    const isJustOver = ofCredential === 'over' && now <= this.#clockSetAt + latenessMs;
    return shorterLife(own, isJustOver ? 'ending' : ofCredential);
  }

  factsAt(now: Instant): RequestFacts {
    const { scenario, topology, latenessMs, reservations } = this.surroundings;
    return {
      now,
      latenessMs,
      relayFamilies: new Set<Family>(topology.relays.map(({ bind }) => familyOf(bind))),
      canSetDontFragment: scenario.hasSocketFeatures,
      isRoomScarce: scenario.arePortsScarce || scenario.areLimitsTight,
      mayOpenFail: scenario.openFailureRate > 0,
      reservationLife: (token) => reservations.lifeOf(token, now, latenessMs),
      isDenied: (peer) => this.#addedOwn.has(ipKey(peer)) || this.surroundings.isDenied(peer),
      isDeniedAltogether: (peer) => this.#addedOwn.has(ipKey(peer)) || this.surroundings.isDeniedAltogether(peer),
    };
  }

  /** Takes away the permissions and channels of addresses that have become this host's own. */
  setAddedOwn(added: readonly AddressWords[]): void {
    this.#addedOwn = new Set(added.map((address) => ipKey(address)));
    for (const { relay } of this.relays.values()) {
      for (const ip of this.#addedOwn) {
        relay.permissions.delete(ip);
      }
      for (const channel of [...relay.channels.values()]) {
        if (this.#addedOwn.has(ipKey(channel.peer))) {
          relay.channels.delete(channel.number);
        }
      }
    }
  }

  /** Whether what is sent to `address` arrives at `peer`: they are one, or two names of one relayed address of our own. */
  isWayTo(peer: AddressWords, address: AddressWords): boolean {
    return sameAddress(peer, 0, address, 0) || sameAddress(peer, 0, this.#publicSideOf(address), 0);
  }

  /** Forgets Allocate requests that the server has given up without an answer, as it may: the client has gone, or may not stay. */
  forgetPending(isGivenUp: (request: PendingRequest) => boolean): void {
    for (const request of [...this.pending.values()]) {
      if (isGivenUp(request)) {
        this.pending.delete(request.tuple);
      }
    }
  }

  #expectAnswer(end: ClientEnd, tuple: string, bytes: Uint8Array, now: Instant): PendingRequest {
    const verdict = new Verdict();
    const sender = judgeRequest(view, this, { end, tuple, now }, verdict);
    return {
      bytes,
      method: view.method,
      verdict,
      socket: end.socket,
      client: end.address,
      transport: end.transport,
      tuple,
      transaction: encodeHex(bytes.subarray(view.transactionAt, view.transactionAt + 12)),
      sender,
      receivedAt: now,
      allocation: this.allocations.get(tuple),
    };
  }

  /** A relayed address of our own by the name that clients know, when a packet comes from the name behind the NAT. */
  #publicSideOf(from: AddressWords): AddressWords {
    for (const { bind, advertised } of this.surroundings.topology.relays) {
      if (sameIp(from, 0, bind, 0)) {
        return withPort(advertised, portOf(from));
      }
    }
    return from;
  }
}

/** The 5-tuple as the key of a map. */
export function tupleOf(end: ClientEnd): string {
  return `${end.socket} ${addressKey(end.address)}`;
}
