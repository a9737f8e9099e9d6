import type { Instant } from '../../../src/base/clock.ts';
import { type AddressWords, cloneAddress } from '../../../src/base/socket-address.ts';
import type { Change } from '../../../src/contract/change.ts';
import type { Command, ReservedPort } from '../../../src/turn/command.ts';
import { sumOutcomes } from '../../../src/turn/counter.ts';
import type { RelayOpenFailure } from '../../../src/turn/open-relay.ts';
import type { ClientSocketId, RelaySocketId } from '../../../src/turn/path.ts';
import type { OwnAddresses } from '../../../src/turn/peer-policy.ts';
import { requireInvariant } from '../invariant.ts';
import { type Expectation, NOTHING_EXPECTED } from '../model/expectation.ts';
import { type Output, settleInput, settleLateAnswer } from '../model/settle-input.ts';
import type { ClientEnd, WorkerModel } from '../model/worker-model.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/** Bytes with something in them that the server is to read, or wants to be sent. */
export interface Slice {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/** What is done with the outputs of a server. */
export interface HarnessSink {
  /** `source` is where the server says that the bytes lie until they are flushed; `output` is a copy. */
  send(output: Output, source: Slice, expectation: Expectation): void;
  execute(command: Command): void;
}

/** How long an Allocate request may wait for its socket before the server gives it up. */
const PENDING_MS_MAX = 5_000;

/**
 * One server with its model beside it. Each input goes to both, and what comes out is judged before anybody sees it: by the
 * model, by the sum of the counters, and by what must have been closed.
 */
export class ServerHarness {
  readonly server: ServerUnderTest;
  readonly model: WorkerModel;
  readonly #counters: Float64Array;
  readonly #sink: HarnessSink;
  /** Datagrams, frames and ICMP errors handed in. */
  #inputs = 0;

  constructor(server: ServerUnderTest, model: WorkerModel, counters: Float64Array, sink: HarnessSink) {
    this.server = server;
    this.model = model;
    this.#counters = counters;
    this.#sink = sink;
  }

  /** `from` has the client's address, which is that of `end`, at `fromAt`. */
  handleClient(end: ClientEnd, from: AddressWords, fromAt: number, slice: Slice, now: Instant): void {
    const { bytes, offset, length } = slice;
    const expectation = this.model.expectFromClient(end, bytes.slice(offset, offset + length), now);
    this.#inputs += 1;
    const socket = end.socket as ClientSocketId;
    const isForward = this.server.handleClient(socket, from, fromAt, bytes, offset, length, now);
    this.#settle(isForward, expectation, now);
  }

  handlePeer(relay: number, from: AddressWords, fromAt: number, slice: Slice, now: Instant): void {
    const { bytes, offset, length } = slice;
    const peer = cloneAddress(from, fromAt);
    const expectation = this.model.expectFromPeer(relay, peer, bytes.slice(offset, offset + length), now);
    this.#inputs += 1;
    const isForward = this.server.handlePeer(relay as RelaySocketId, from, fromAt, bytes, offset, length, now);
    this.#settle(isForward, expectation, now);
  }

  /** `isToldOn` says whether the type is one that clients are told of (RFC 8656 §11.5). */
  handlePeerIcmp(relay: number, to: AddressWords, type: number, isToldOn: boolean, now: Instant): void {
    const expectation = isToldOn ? this.model.expectFromPeer(relay, to, undefined, now) : NOTHING_EXPECTED;
    this.#inputs += 1;
    this.#settle(this.server.handlePeerIcmp(relay as RelaySocketId, to, type, 1, 0, now), expectation, now);
  }

  handleRelayOpened(relay: number, now: Instant): void {
    this.#settleLate(this.server.handleRelayOpened(relay as RelaySocketId, now), now);
  }

  handleRelayOpenFailed(relay: number, failure: RelayOpenFailure, now: Instant): void {
    this.#settleLate(this.server.handleRelayOpenFailed(relay as RelaySocketId, failure, now), now);
  }

  handleReservationClaimed(claim: number, worker: number, port: ReservedPort | undefined, now: Instant): void {
    this.#settleLate(this.server.handleReservationClaimed(claim, worker, port, now), now);
  }

  removeClientSocket(socket: number, now: Instant): void {
    for (const allocation of [...this.model.allocations.values()]) {
      if (allocation.socket === socket) {
        this.model.endAllocation(allocation, now);
      }
    }
    this.model.forgetPending((request) => request.socket === socket);
    this.server.removeClientSocket(socket as ClientSocketId, now);
    this.drain(now);
  }

  handleTimeout(now: Instant): void {
    this.server.handleTimeout(now);
    this.model.forgetPending(
      ({ receivedAt, sender }) =>
        now >= receivedAt + PENDING_MS_MAX ||
        (sender.credential !== undefined && sender.credential.expiresAt <= this.model.unixAt(now)),
    );
    this.drain(now);
    requireInvariant(this.server.nextTimeout() > now, 'timer', () => 'a timer is due that has just been served');
  }

  applyChange(change: Change, now: Instant): void {
    const { standing } = this.model;
    standing.apply(change);
    this.model.endRevoked(now);
    this.model.forgetPending(({ sender }) => sender.credential !== undefined && !standing.isGood(sender.credential));
    this.server.applyChange(change, now);
    this.drain(now);
  }

  setClockOffset(offsetMs: number, now: Instant): void {
    this.model.setClockOffset(offsetMs, now);
    this.server.setClockOffset(offsetMs);
  }

  /** `added` are the addresses of `own` that this host does not always have: peers that nobody may be relayed to now. */
  setOwnAddresses(own: OwnAddresses, added: readonly AddressWords[], now: Instant): void {
    this.model.setAddedOwn(added);
    this.server.setOwnAddresses(own, now);
  }

  /** Lets the shell do what the server wants done, and checks what must hold when it has no more wishes. */
  drain(now: Instant): void {
    for (let command = this.server.nextCommand(); command !== undefined; command = this.server.nextCommand()) {
      if (command.kind === 'close-relay') {
        this.model.noteRelayClosed(command.relay, now);
      }
      if (command.kind === 'close-client') {
        this.#requireNoAllocation(command.socket);
      }
      this.#sink.execute(command);
    }
    const { mustClose, pending, allocations } = this.model;
    requireInvariant(mustClose.size === 0, 'leftover', () => `relay ${[...mustClose].join()} has ended, and is open`);
    const counted = sumOutcomes(this.#counters) + pending.size;
    requireInvariant(
      counted === this.#inputs,
      'counters',
      () => `${this.#inputs} packets were handed in, and ${counted} are counted or pending`,
    );
    requireInvariant(
      this.server.allocationCount === allocations.size && this.server.pendingCount === pending.size,
      'leftover',
      () =>
        `the server says ${this.server.allocationCount} allocations and ${this.server.pendingCount} pending, ` +
        `and there are ${allocations.size} and ${pending.size}`,
    );
  }

  /** A connection is closed with what its credential ends, and never under a client that may stay. */
  #requireNoAllocation(socket: number): void {
    for (const allocation of this.model.allocations.values()) {
      requireInvariant(
        allocation.socket !== socket || allocation.relays.length === 0,
        'dead-allocation',
        () => `the connection of ${allocation.owner} is to be closed, and its allocation lives`,
      );
    }
  }

  #settle(isForward: boolean, expectation: Expectation, now: Instant): void {
    const output = isForward ? this.#copyForward() : undefined;
    settleInput(this.model, expectation, output, now);
    this.#finish(output, expectation, now);
  }

  #settleLate(isForward: boolean, now: Instant): void {
    const output = isForward ? this.#copyForward() : undefined;
    if (output !== undefined) {
      settleLateAnswer(this.model, output, now);
    }
    this.#finish(output, NOTHING_EXPECTED, now);
  }

  #finish(output: Output | undefined, expectation: Expectation, now: Instant): void {
    if (output !== undefined) {
      const { bytes, offset, length } = this.server.forward;
      this.#sink.send(output, { bytes, offset, length }, expectation);
    }
    this.drain(now);
  }

  #copyForward(): Output {
    const { kind, socket, address, bytes, offset, length } = this.server.forward;
    return { kind, socket, address: cloneAddress(address), bytes: bytes.slice(offset, offset + length) };
  }
}
