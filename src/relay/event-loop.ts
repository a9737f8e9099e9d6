import { assert } from '../base/assert.ts';
import type { Clock, Instant } from '../base/clock.ts';
import { LISTENERS_MAX } from '../base/limits.ts';
import { ADDRESS_WORDS, type AddressWords } from '../base/socket-address.ts';
import type { ListenAddress } from '../contract/worker-message.ts';
import type { ClientBacklog } from '../turn/client-backlog.ts';
import type { Command } from '../turn/command.ts';
import { FORWARD_TO_RELAY } from '../turn/forward.ts';
import type { ClientSocketId, RelaySocketId } from '../turn/path.ts';
import type { TurnServer } from '../turn/server.ts';
import type { TurnFeatures } from '../turn/server-options.ts';
import { RELAY_COUNTER } from './relay-counters.ts';
import type {
  DatagramBatch,
  DatagramHandler,
  DatagramSockets,
  OpenFailure,
  SocketToken,
} from './sockets/datagram-sockets.ts';
import type { StreamConnection } from './stream-connection.ts';
import type { StreamHandler, StreamTable } from './stream-table.ts';
import type { WorkerHold } from './worker-hold.ts';

/** How often the clocks are compared, and idle connections looked for. */
const TICK_MS = 1_000;
/** A later deadline is looked at again then; Node's timers have 31 bits. */
const TIMER_MS_MAX = 60 * 60 * 1000;

interface Opening {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Commands of the server that lead to other workers. */
export type OtherWorkersCommand = Extract<Command, { readonly kind: 'claim-reservation' | 'return-port' }>;

export interface EventLoopOptions {
  readonly hold: WorkerHold;
  readonly clock: Clock;
  /** Indexed by `RELAY_COUNTER`. */
  readonly counters: Float64Array;
  readonly makeSockets: (handler: DatagramHandler) => DatagramSockets;
  readonly makeServer: (features: TurnFeatures, backlog: ClientBacklog) => TurnServer;
  readonly makeStreams: (handler: StreamHandler) => StreamTable;
  readonly onOtherWorkersCommand: (command: OtherWorkersCommand) => void;
  /** A relay's socket did not open, for another reason than that its port is taken. `reason` is the system's. */
  readonly onRelayOpenFailed: (failure: OpenFailure, reason: string) => void;
}

/**
 * Where a worker's inputs meet: datagrams, stream messages, opened sockets and deadlines go into its `TurnServer` one after the
 * other, and what comes out goes to the sockets. UDP listeners have the numbers below `LISTENERS_MAX`, as client sockets and as
 * datagram sockets; a relay's socket has its relay's number above them, and a connection one above them of its own.
 */
export class EventLoop implements DatagramHandler, StreamHandler, ClientBacklog {
  readonly server: TurnServer;
  readonly #options: EventLoopOptions;
  readonly #clock: Clock;
  readonly #counters: Float64Array;
  readonly #sockets: DatagramSockets;
  readonly #streams: StreamTable;
  /** Connections that messages were gathered for. */
  readonly #gathering: StreamConnection[] = [];
  /** UDP listeners, and who waits for their opening. */
  readonly #udpListeners = new Map<SocketToken, Opening>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  readonly #ticker: NodeJS.Timeout;
  #settling: NodeJS.Immediate | undefined;
  #isStopped = false;

  constructor(options: EventLoopOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#counters = options.counters;
    this.#sockets = options.makeSockets(this);
    this.server = options.makeServer(this.#sockets.features, this);
    this.#streams = options.makeStreams(this);
    this.#tick();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  get streams(): StreamTable {
    return this.#streams;
  }

  /**
   * Listens on one address.
   * @throws {Error} of the system when it cannot be bound.
   */
  async listen({ transport, address }: ListenAddress, isShared: boolean): Promise<void> {
    if (transport !== 'udp') {
      await this.#streams.listen(transport, address, isShared);
      return;
    }
    const token = this.#udpListeners.size as SocketToken;
    assert(token < LISTENERS_MAX, 'listeners have numbers of their own');
    await new Promise<void>((resolve, reject) => {
      this.#udpListeners.set(token, { resolve, reject });
      this.#sockets.open(token, { local: address, shared: isShared, dontFragment: false, hasLargeBuffer: true });
    });
  }

  /** Closes the UDP listeners; those that `listen` opens next take their place, and the allocations of their clients go on. */
  closeUdpListeners(): void {
    for (const token of this.#udpListeners.keys()) {
      this.#sockets.close(token);
    }
    this.#udpListeners.clear();
  }

  /** Does what the server wants done, and sends what is queued; to be called after every input that comes from elsewhere. */
  settle(): void {
    for (let command = this.server.nextCommand(); command !== undefined; command = this.server.nextCommand()) {
      this.#obey(command);
    }
    for (const connection of this.#gathering) {
      connection.flush();
    }
    this.#gathering.length = 0;
    // Whoever has the answer finds its allocation counted.
    this.#counters[RELAY_COUNTER.allocations] = this.server.allocationCount;
    this.#counters[RELAY_COUNTER.relay_ports] = this.server.takenPortCount;
    this.#sockets.flush();
    this.#counters[RELAY_COUNTER.datagram_send_drops] = this.#sockets.sendDrops;
    this.#armTimer();
  }

  /** Sends what an input resulted in, when it said so, and settles. */
  sendAndSettle(isFilled: boolean): void {
    if (isFilled) {
      this.#send(0);
    }
    this.settle();
  }

  /** Closes every socket and timer. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#timer);
    clearImmediate(this.#settling);
    this.#streams.stop();
    await this.#sockets.stop();
  }

  handleBatch(batch: DatagramBatch): void {
    const { server } = this;
    const { sockets, offsets, lengths, trafficClasses, from, bytes, count } = batch;
    const isHeld = this.#options.hold.isUp;
    const now = this.#clock.now();
    for (let index = 0; index < count; index++) {
      const token = sockets[index] as number;
      const fromAt = index * ADDRESS_WORDS;
      const offset = offsets[index] as number;
      const length = lengths[index] as number;
      const trafficClass = trafficClasses[index] as number;
      if (token >= LISTENERS_MAX) {
        if (server.handlePeer(relayOf(token), from, fromAt, bytes, offset, length, now)) {
          this.#send(trafficClass);
        }
      } else if (isHeld && !server.hasAllocation(token as ClientSocketId, from, fromAt)) {
        (this.#counters[RELAY_COUNTER.datagram_held_drops] as number) += 1;
      } else if (server.handleClient(token as ClientSocketId, from, fromAt, bytes, offset, length, now)) {
        // What is relayed keeps its class (RFC 8656 §14); an answer has none.
        this.#send(server.forward.kind === FORWARD_TO_RELAY ? trafficClass : 0);
      }
    }
    this.settle();
  }

  handleOpened(token: SocketToken, local: AddressWords): void {
    if (token >= LISTENERS_MAX) {
      this.sendAndSettle(this.server.handleRelayOpened(relayOf(token), this.#clock.now()));
      return;
    }
    this.server.addClientSocket(token as number as ClientSocketId, 'udp', local);
    this.#udpListeners.get(token)?.resolve();
  }

  handleOpenFailed(token: SocketToken, failure: OpenFailure, message: string): void {
    if (token >= LISTENERS_MAX) {
      if (failure !== 'in-use') {
        this.#options.onRelayOpenFailed(failure, message);
      }
      this.sendAndSettle(this.server.handleRelayOpenFailed(relayOf(token), failure, this.#clock.now()));
      return;
    }
    this.#udpListeners.get(token)?.reject(new Error(message));
  }

  handleIcmp(token: SocketToken, to: AddressWords, type: number, code: number, data: number): void {
    // A client that is gone is noticed by its allocation's expiry, as RFC 8656 has it.
    if (token >= LISTENERS_MAX) {
      this.sendAndSettle(this.server.handlePeerIcmp(relayOf(token), to, type, code, data, this.#clock.now()));
    }
  }

  handleStreamOpened({ ends }: StreamConnection): void {
    this.server.addClientSocket(ends.id, ends.transport, ends.local);
  }

  handleStreamFrame({ ends }: StreamConnection, bytes: Uint8Array, offset: number, length: number, now: Instant): void {
    if (this.server.handleClient(ends.id, ends.remote, 0, bytes, offset, length, now)) {
      this.#send(0);
    }
  }

  handleStreamPause(): void {
    // TLS hands over each record by itself: what several of them send goes out together, at the end of this turn.
    this.#settling ??= setImmediate(this.#runSettle);
  }

  handleStreamClosed({ ends }: StreamConnection): void {
    this.server.removeClientSocket(ends.id, this.#clock.now());
    this.settle();
  }

  isStreamInUse({ ends }: StreamConnection): boolean {
    return this.server.hasAllocation(ends.id, ends.remote, 0);
  }

  hasRoom(socket: ClientSocketId, length: number): boolean {
    return this.#streams.find(socket)?.hasRoom(length) === true;
  }

  /** `trafficClass` is for what leaves as a datagram. */
  #send(trafficClass: number): void {
    const { forward } = this.server;
    const { kind, socket, address, bytes, offset, length } = forward;
    if (kind === FORWARD_TO_RELAY) {
      this.#sockets.send(tokenOf(socket as RelaySocketId), address, 0, bytes, offset, length, trafficClass);
    } else if (socket < LISTENERS_MAX) {
      this.#sockets.send(socket as SocketToken, address, 0, bytes, offset, length, trafficClass);
    } else {
      this.#sendToStream(socket as ClientSocketId, bytes, offset, length);
    }
  }

  #sendToStream(id: ClientSocketId, bytes: Uint8Array, offset: number, length: number): void {
    const connection = this.#streams.find(id);
    const wasGathering = connection?.isGathering === true;
    if (connection === undefined || !connection.gather(bytes, offset, length)) {
      (this.#counters[RELAY_COUNTER.stream_answer_drops] as number) += 1;
    } else if (!wasGathering) {
      this.#gathering.push(connection);
    }
  }

  #obey(command: Command): void {
    switch (command.kind) {
      case 'open-relay':
        this.#sockets.open(tokenOf(command.relay), {
          local: command.local,
          shared: false,
          dontFragment: command.dontFragment,
        });
        return;
      case 'close-relay':
        this.#sockets.close(tokenOf(command.relay));
        return;
      case 'close-client':
        this.#streams.find(command.socket)?.close();
        return;
      default:
        this.#options.onOtherWorkersCommand(command);
    }
  }

  #armTimer(): void {
    const deadline = this.server.nextTimeout();
    // A timer that is armed for an earlier moment finds out by itself that the deadline has moved.
    if (deadline < this.#timerAt && !this.#isStopped) {
      clearTimeout(this.#timer);
      const delayMs = Math.min(Math.max(Math.ceil(deadline - this.#clock.now()), 0), TIMER_MS_MAX);
      this.#timerAt = deadline;
      this.#timer = setTimeout(this.#runTimer, delayMs);
    }
  }

  readonly #runSettle = (): void => {
    this.#settling = undefined;
    this.settle();
  };

  readonly #runTimer = (): void => {
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.server.handleTimeout(this.#clock.now());
    this.settle();
  };

  #tick(): void {
    const now = this.#clock.now();
    this.server.setClockOffset(this.#clock.unixNow() - now);
    this.#streams.closeIdle(now);
    this.settle();
  }
}

function tokenOf(relay: RelaySocketId): SocketToken {
  return (LISTENERS_MAX + relay) as SocketToken;
}

function relayOf(token: number): RelaySocketId {
  return (token - LISTENERS_MAX) as RelaySocketId;
}
