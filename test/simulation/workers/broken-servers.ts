import type { Instant } from '../../../src/base/clock.ts';
import { type AddressWords, cloneAddress } from '../../../src/base/socket-address.ts';
import type { Change } from '../../../src/contract/change.ts';
import { type Limits, NO_LIMITS } from '../../../src/contract/limits.ts';
import type { Command, ReservedPort } from '../../../src/turn/command.ts';
import { COUNTER } from '../../../src/turn/counter.ts';
import { FORWARD_TO_CLIENT, FORWARD_TO_RELAY } from '../../../src/turn/forward.ts';
import type { UsageSlice } from '../../../src/turn/meter.ts';
import type { ClientSocketId, RelaySocketId } from '../../../src/turn/path.ts';
import type { OwnAddresses } from '../../../src/turn/peer-policy.ts';
import { TurnServer } from '../../../src/turn/server.ts';
import { DEFAULT_TURN_LIMITS, type TurnServerOptions } from '../../../src/turn/server-options.ts';
import type { InvariantName } from '../invariant.ts';
import type { ServerFactory } from '../world.ts';

/** A server that is wrong in one way, and the invariants of which one must say so. */
export interface BrokenServer {
  readonly fault: string;
  readonly caughtBy: readonly InvariantName[];
  readonly make: ServerFactory;
}

const LATE_MS = 400_000;

/** What a peer sends reaches the last client that anybody was relayed to. */
class ForwardsWithoutPermission extends TurnServer {
  #client: { readonly socket: ClientSocketId; readonly address: AddressWords } | undefined;

  override handlePeer(
    relay: RelaySocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    if (super.handlePeer(relay, from, fromAt, bytes, offset, length, now)) {
      const { socket, address } = this.forward;
      this.#client = { socket: socket as ClientSocketId, address: cloneAddress(address) };
      return true;
    }
    if (this.#client === undefined) {
      return false;
    }
    this.forward.toClient(this.#client.socket, this.#client.address, 0, bytes, offset, length);
    return true;
  }
}

/** Permissions last longer than they should: the clock that peers' packets are judged by is late. */
class IgnoresExpiry extends TurnServer {
  override handlePeer(
    relay: RelaySocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    return super.handlePeer(relay, from, fromAt, bytes, offset, length, (now - LATE_MS) as Instant);
  }
}

/** What a client sends is relayed to the peer of the packet before. */
class ConfusesPeers extends TurnServer {
  #last: AddressWords | undefined;

  override handleClient(
    socket: ClientSocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    const isForward = super.handleClient(socket, from, fromAt, bytes, offset, length, now);
    if (isForward && this.forward.kind === FORWARD_TO_RELAY) {
      const peer = cloneAddress(this.forward.address);
      this.forward.address.set(this.#last ?? peer);
      this.#last = peer;
    }
    return isForward;
  }
}

class CorruptsPayloads extends TurnServer {
  override handleClient(
    socket: ClientSocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    const isForward = super.handleClient(socket, from, fromAt, bytes, offset, length, now);
    const { kind, bytes: sent, offset: at, length: sentLength } = this.forward;
    if (isForward && kind === FORWARD_TO_RELAY && sentLength > 20) {
      sent[at + 20] = (sent[at + 20] as number) ^ 1;
    }
    return isForward;
  }
}

/** Answers lie in one buffer, which the next answer of the same batch writes over. */
class ReusesItsAnswers extends TurnServer {
  readonly #buffer = new Uint8Array(2048);

  override handleClient(
    socket: ClientSocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    const isForward = super.handleClient(socket, from, fromAt, bytes, offset, length, now);
    const { forward } = this;
    if (isForward && forward.kind === FORWARD_TO_CLIENT) {
      this.#buffer.set(forward.bytes.subarray(forward.offset, forward.offset + forward.length));
      forward.bytes = this.#buffer;
      forward.offset = 0;
    }
    return isForward;
  }
}

/** Sockets stay open when their allocations have ended. */
class LeaksRelaySockets extends TurnServer {
  override nextCommand(): Command | undefined {
    const command = super.nextCommand();
    return command?.kind === 'close-relay' ? super.nextCommand() : command;
  }
}

class LosesReturnedPorts extends TurnServer {
  override returnPort(_port: ReservedPort): void {
    // The port is never free again.
  }
}

class LosesReservations extends TurnServer {
  override claimReservation(token: Uint8Array): ReservedPort | undefined {
    super.claimReservation(token);
    return undefined;
  }
}

class IgnoresTimers extends TurnServer {
  override handleTimeout(_now: Instant): void {
    // Nothing ever expires.
  }
}

class IgnoresRevocations extends TurnServer {
  override applyChange(change: Change, now: Instant): void {
    if (change.kind === 'key-live') {
      super.applyChange(change, now);
    }
  }
}

/** What has become the host's own address stays a peer. */
class ForgetsOwnAddresses extends TurnServer {
  override setOwnAddresses(_own: OwnAddresses, _now: Instant): void {
    // Nothing is decided anew.
  }
}

/** Credentials are good for a day more than they say. */
class IgnoresCredentialExpiry extends TurnServer {
  override setClockOffset(offsetMs: number): void {
    super.setClockOffset(offsetMs - 86_400_000);
  }
}

/** Everybody may send as much as he likes. */
class ForgetsAllocationLimits extends TurnServer {
  override setDefaultLimits({ allocationsPerCredential }: Limits, now: Instant): void {
    super.setDefaultLimits({ ...NO_LIMITS, allocationsPerCredential }, now);
  }
}

/** What a limit leaves is dropped nevertheless. */
class LimitsTooMuch extends TurnServer {
  override setDefaultLimits(limits: Limits, now: Instant): void {
    const allocationPacketsPerSecond = Math.min(limits.allocationPacketsPerSecond, 2);
    super.setDefaultLimits({ ...limits, allocationPacketsPerSecond }, now);
  }
}

class ReportsUsageTwice extends TurnServer {
  override collectUsage(from: number, count: number, now: Instant): UsageSlice {
    const { rows, next } = super.collectUsage(from, count, now);
    return { rows: [...rows, ...rows.slice(0, 1)], next };
  }
}

class CountsTwice extends TurnServer {
  readonly #counters: Float64Array;

  constructor(options: TurnServerOptions) {
    super(options);
    this.#counters = options.counters;
  }

  override handlePeer(
    relay: RelaySocketId,
    from: AddressWords,
    fromAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    now: Instant,
  ): boolean {
    this.#counters[COUNTER.drop_peer_no_relay] = (this.#counters[COUNTER.drop_peer_no_relay] as number) + 1;
    return super.handlePeer(relay, from, fromAt, bytes, offset, length, now);
  }
}

/** One server for each fault that the simulation must not miss. */
export const BROKEN_SERVERS: readonly BrokenServer[] = [
  broken('forwards without a permission', ['permission'], ForwardsWithoutPermission),
  broken('lets permissions last too long', ['permission'], IgnoresExpiry),
  broken('sends to another peer', ['permission'], ConfusesPeers),
  broken('changes a payload', ['buffer', 'payload'], CorruptsPayloads),
  broken('writes over an answer before it is sent', ['buffer'], ReusesItsAnswers),
  broken('does not close its relay sockets', ['leftover', 'relay-socket', 'relay-port'], LeaksRelaySockets),
  broken('loses a port that comes back', ['leftover'], LosesReturnedPorts),
  broken('loses a reserved port', ['answer'], LosesReservations),
  broken('serves no timers', ['timer'], IgnoresTimers),
  broken('ignores revocations', ['leftover'], IgnoresRevocations),
  broken('relays to its own host', ['permission', 'answer'], ForgetsOwnAddresses),
  broken('accepts expired credentials', ['answer', 'leftover'], IgnoresCredentialExpiry),
  broken('forgets the limits of an allocation', ['rate', 'answer'], ForgetsAllocationLimits),
  broken('drops what is within its limits', ['permission'], LimitsTooMuch),
  broken('reports usage twice', ['usage'], ReportsUsageTwice),
  broken('counts a packet twice', ['counters'], CountsTwice),
  {
    fault: 'takes ports of other workers',
    caughtBy: ['relay-port'],
    make: (options) => new TurnServer({ ...options, worker: { index: 0, count: 1 } }),
  },
  {
    fault: 'never gives its quota back',
    caughtBy: ['quota'],
    make: (options) => {
      const { quota } = options;
      return new TurnServer({
        ...options,
        quota: { acquire: (keys, maxes) => quota.acquire(keys, maxes), release: () => undefined },
      });
    },
  },
  {
    fault: 'holds more than it may',
    caughtBy: ['limit'],
    make: (options) =>
      new TurnServer({ ...options, limits: { ...DEFAULT_TURN_LIMITS, refusalsPerAddressPerSecond: 0 } }),
  },
  {
    fault: 'has no quota',
    caughtBy: ['quota', 'answer'],
    make: (options) => new TurnServer({ ...options, quota: { acquire: () => undefined, release: () => undefined } }),
  },
];

function broken(
  fault: string,
  caughtBy: readonly InvariantName[],
  Server: new (options: TurnServerOptions) => TurnServer,
): BrokenServer {
  return { fault, caughtBy, make: (options) => new Server(options) };
}
