import type { Instant } from '../base/clock.ts';
import { type AddressWords, cloneAddress } from '../base/socket-address.ts';
import type { OutcomeCount } from '../contract/allocation-outcome.ts';
import type { Change } from '../contract/change.ts';
import type { DeniedPeer } from '../contract/denied-peer.ts';
import type { AccountId, ClientTransport } from '../contract/ids.ts';
import type { Limits } from '../contract/limits.ts';
import type { AllocationDetail, AllocationQuery, AllocationRef } from '../contract/live-allocation.ts';
import type { RelayNoticeKind } from '../contract/relay-notice.ts';
import { classifyPacket, PACKET_CHANNEL_DATA, PACKET_STUN } from '../stun/demux.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { applyChange } from './apply-change.ts';
import type { Command, ReservedPort } from './command.ts';
import { COUNTER } from './counter.ts';
import { describeWholly } from './describe-allocation.ts';
import { endAllocation } from './end-allocation.ts';
import type { Forward } from './forward.ts';
import { handleMessage } from './handle-message.ts';
import { handleDeadlines, nextDeadline } from './handle-timeout.ts';
import type { UsageSlice } from './meter.ts';
import type { NoticeBatch } from './notice-queue.ts';
import { acceptClaimedPort, acceptFailedRelay, acceptOpenedRelay, type RelayOpenFailure } from './open-relay.ts';
import type { ClientSocket, ClientSocketId, RelaySocketId } from './path.ts';
import type { OwnAddresses } from './peer-policy.ts';
import { findLiveAllocation, type OwnSlice, readAllocations } from './read-allocations.ts';
import { relayChannelData } from './relay-channel-data.ts';
import { relayPeerData } from './relay-peer-data.ts';
import { relayPeerIcmp } from './relay-peer-icmp.ts';
import { lendPort, takeBackPort } from './relay-ports.ts';
import { renewLimits } from './renew-limits.ts';
import { reviewPeers } from './review-peers.ts';
import type { TurnServerOptions } from './server-options.ts';
import { ServerState } from './server-state.ts';

/**
 * A TURN server (RFC 8656) without sockets, clocks and randomness of its own: one worker's. Everything that happens is an input;
 * after each, `forward` holds what is to be sent now, if the input returned true, and the caller drains `nextCommand` until
 * it returns undefined. Relaying a packet allocates no object.
 *
 * `now` never goes backwards from one input to the next. Bytes that are handed in may be changed around their payload
 * (headroom and tailroom), and are not read after the input's `forward` has been sent.
 */
export class TurnServer {
  /** What the last input that returned true results in. */
  readonly forward: Forward;
  readonly #state: ServerState;

  constructor(options: TurnServerOptions) {
    this.#state = new ServerState(options);
    this.forward = this.#state.forward;
  }

  /** Allocations that live; those whose relay sockets are being opened do not count yet. */
  get allocationCount(): number {
    return this.#state.allocations.liveCount;
  }

  /** Relay ports that are not free: those of allocations, and those that are reserved. */
  get takenPortCount(): number {
    let count = 0;
    for (const pool of this.#state.portPools) {
      count += pool.takenCount;
    }
    return count;
  }

  /** Allocate requests that wait for a relay socket: inputs whose outcome is not counted yet. */
  get pendingCount(): number {
    return this.#state.allocations.pendingCount;
  }

  /** Adds a UDP listener, or a stream connection that was accepted. `local` is its own address. */
  addClientSocket(socket: ClientSocketId, transport: ClientTransport, local: AddressWords): void {
    const isStream = transport !== 'udp';
    this.#state.clientSockets.set(socket, { id: socket, transport, local: cloneAddress(local), isStream });
  }

  /** Removes a listener, or a connection that has ended, and ends the allocations on it. */
  removeClientSocket(socket: ClientSocketId, now: Instant): void {
    const { allocations, clientSockets } = this.#state;
    for (const allocation of [...allocations.onSocket(socket)]) {
      endAllocation(this.#state, allocation, 'allocations_ended_disconnected', now, false);
    }
    clientSockets.delete(socket);
  }

  /** Whether the client whose address is the row at `fromAt` has an allocation, pending or live. */
  hasAllocation(socket: ClientSocketId, from: AddressWords, fromAt: number): boolean {
    return this.#state.allocations.find(socket, from, fromAt) !== NO_ALLOCATION;
  }

  /**
   * A datagram, or one frame of a stream (padding included), from the client whose address is the row at `fromAt`.
   * @returns whether `forward` is to be sent.
   */
  handleClient(
    socket: ClientSocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    const state = this.#state;
    const clientSocket = state.clientSockets.get(socket);
    if (clientSocket === undefined) {
      return this.#drop(COUNTER.drop_unknown_socket);
    }
    switch (classifyPacket(bytes, offset, length)) {
      case PACKET_CHANNEL_DATA:
        return relayChannelData(state, clientSocket, from, fromAt, bytes, offset, length, now);
      case PACKET_STUN:
        return this.#handleMessage(clientSocket, from, fromAt, bytes, offset, length, now);
      default:
        return this.#drop(COUNTER.drop_not_turn);
    }
  }

  /**
   * A datagram that a relay socket received from the peer whose address is the row at `fromAt`. In `bytes` there are at least
   * `RELAY_HEADROOM_BYTES_MIN` free bytes before `offset` and `RELAY_TAILROOM_BYTES_MIN` behind the payload.
   * @returns whether `forward` is to be sent.
   */
  handlePeer(
    relay: RelaySocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    return relayPeerData(this.#state, relay, from, fromAt, bytes, offset, length, now);
  }

  /**
   * An ICMP or ICMPv6 error for something that a relay socket sent to `to` (port 0 when unknown). `data` is the next hop's MTU when
   * the error is about that, else 0.
   * @returns whether `forward` is to be sent.
   */
  handlePeerIcmp(
    relay: RelaySocketId,
    to: AddressWords,
    type: number,
    code: number,
    data: number,
    now: Instant,
  ): boolean {
    return relayPeerIcmp(this.#state, relay, to, type, code, data, now);
  }

  /** The socket of an `open-relay` command is open. Returns whether `forward` is to be sent: the Allocate answer. */
  handleRelayOpened(relay: RelaySocketId, now: Instant): boolean {
    return acceptOpenedRelay(this.#state, relay, now);
  }

  /** The socket of an `open-relay` command did not open. Returns whether `forward` is to be sent: the Allocate answer. */
  handleRelayOpenFailed(relay: RelaySocketId, failure: RelayOpenFailure, now: Instant): boolean {
    return acceptFailedRelay(this.#state, relay, failure, now);
  }

  /**
   * The answer to a `claim-reservation` command: the port that `worker` gave away, or undefined when it knows no such token.
   * Returns whether `forward` is to be sent: the Allocate answer.
   */
  handleReservationClaimed(claim: number, worker: number, port: ReservedPort | undefined, now: Instant): boolean {
    return acceptClaimedPort(this.#state, claim, worker, port, now);
  }

  /** Lends the port behind a token of this worker to another one, once; undefined when there is none (any more). */
  claimReservation(token: Uint8Array): ReservedPort | undefined {
    return lendPort(this.#state, token);
  }

  /** Takes back a port that `claimReservation` lent; one that this worker, started anew, does not know of is ignored. */
  returnPort(port: ReservedPort): void {
    takeBackPort(this.#state, port);
  }

  /** Ends everything whose time is over. To be called at `nextTimeout`, or soon after. */
  handleTimeout(now: Instant): void {
    handleDeadlines(this.#state, now);
  }

  /** When `handleTimeout` has something to do, or Infinity. May change with every input. */
  nextTimeout(): Instant {
    return nextDeadline(this.#state) as Instant;
  }

  /** Takes in a change of keys and credentials; allocations that it concerns end at once. */
  applyChange(change: Change, now: Instant): void {
    applyChange(this.#state, change, now);
  }

  /** Tells the server the time of day: Unix time is `now` + `offsetMs`. Credentials expire by it. */
  setClockOffset(offsetMs: number): void {
    this.#state.clockOffsetMs = offsetMs;
  }

  /** Tells the server the limits of who has none of his own: for allocations to come, and their rates for those that live. */
  setDefaultLimits(limits: Limits, now: Instant): void {
    this.#state.limits.setDefaults(limits);
    this.#state.allocations.forEachLive((allocation) => renewLimits(this.#state, allocation, now));
  }

  /** Tells the server which addresses are this host's own, after they have changed. */
  setOwnAddresses(own: OwnAddresses, now: Instant): void {
    this.#state.policy.setOwnAddresses(own);
    reviewPeers(this.#state, now);
  }

  /** While draining, new allocations are refused (508); existing ones go on, and are refreshed. */
  setDraining(isDraining: boolean): void {
    this.#state.isDraining = isDraining;
  }

  /**
   * What all allocations have moved since it was last collected, ended ones included, in slices of at most `count` rows: the first
   * slice `from` 0, each further one from the `next` of the one before.
   */
  collectUsage(from: number, count: number, now: Instant): UsageSlice {
    const { meter, allocations } = this.#state;
    return meter.collect(allocations, from, count, now);
  }

  /** A slice of the live allocations that a query means. */
  readAllocations(query: AllocationQuery, now: Instant): OwnSlice {
    return readAllocations(this.#state, query, now);
  }

  /** Everything about one live allocation of the account; undefined when it has ended. */
  describeAllocation(ref: AllocationRef, accountId: AccountId, now: Instant): AllocationDetail | undefined {
    const allocation = findLiveAllocation(this.#state, ref, accountId);
    return allocation === NO_ALLOCATION ? undefined : describeWholly(this.#state, allocation, now);
  }

  /** Ends one live allocation of the account, and its stream connection; false when it has ended already. */
  endAllocation(ref: AllocationRef, accountId: AccountId, now: Instant): boolean {
    const allocation = findLiveAllocation(this.#state, ref, accountId);
    if (allocation !== NO_ALLOCATION) {
      endAllocation(this.#state, allocation, 'allocations_ended_by_operator', now, true);
    }
    return allocation !== NO_ALLOCATION;
  }

  /** The peers that were denied since they were last collected. */
  collectDeniedPeers(): DeniedPeer[] {
    const { deniedPeers, clockOffsetMs, policy } = this.#state;
    return deniedPeers.take(clockOffsetMs, (peer, at) => policy.describeDenyingRange(peer, at));
  }

  /** What became of the allocations of which keys since it was last collected. */
  collectOutcomes(): OutcomeCount[] {
    return this.#state.outcomes.take();
  }

  /** Makes notices of these kinds from now on, and no others. */
  wantNotices(kinds: readonly RelayNoticeKind[]): void {
    this.#state.notices.want(kinds);
  }

  /** The notices since the last time; undefined when there are none. */
  takeNotices(): NoticeBatch | undefined {
    return this.#state.notices.take();
  }

  /** What the shell is to do next, or undefined. */
  nextCommand(): Command | undefined {
    return this.#state.commands.shift();
  }

  #handleMessage(
    socket: ClientSocket,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    const { request, allocations } = this.#state;
    if (request.view.parse(bytes, offset, length) !== undefined) {
      return this.#drop(COUNTER.drop_malformed_message);
    }
    request.socket = socket;
    request.client = from;
    request.clientAt = fromAt;
    request.now = now;
    request.allocation = allocations.find(socket.id, from, fromAt);
    return handleMessage(this.#state, request);
  }

  #drop(counter: number): false {
    this.#state.count(counter);
    return false;
  }
}
