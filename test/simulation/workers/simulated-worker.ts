import { equalBytes } from '../../../src/base/bytes.ts';
import type { Instant } from '../../../src/base/clock.ts';
import { formatTransportAddress } from '../../../src/base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, copyAddress, portOf } from '../../../src/base/socket-address.ts';
import type { UsageRow } from '../../../src/contract/usage-delta.ts';
import type { Command, ReservedPort } from '../../../src/turn/command.ts';
import { FORWARD_TO_CLIENT } from '../../../src/turn/forward.ts';
import type { RelayOpenFailure } from '../../../src/turn/open-relay.ts';
import type { ClientSocketId } from '../../../src/turn/path.ts';
import type { OwnAddresses } from '../../../src/turn/peer-policy.ts';
import { describePacket } from '../describe-packet.ts';
import { requireInvariant } from '../invariant.ts';
import type { Expectation } from '../model/expectation.ts';
import { describeOutput, type Output } from '../model/settle-input.ts';
import type { ClientEnd, WorkerModel } from '../model/worker-model.ts';
import type { SimulationContext } from '../simulation-context.ts';
import type { Topology } from '../topology.ts';
import { BatchBuffer } from './batch-buffer.ts';
import { RelayExecutor } from './relay-executor.ts';
import { type HarnessSink, ServerHarness, type Slice } from './server-harness.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import type { SimulatedSockets } from './simulated-sockets.ts';
import { WorkerStreams } from './worker-streams.ts';

/** As few as make every round several slices. */
const USAGE_SLICE_ROWS = 3;

/** A packet that a worker reads with others, in one batch. */
export type WorkerInput =
  | { readonly kind: 'client'; readonly end: ClientEnd; readonly bytes: Uint8Array }
  | { readonly kind: 'peer'; readonly relay: number; readonly from: AddressWords; readonly bytes: Uint8Array };

/** Datagrams of one batch, at most, and how long the first of them waits. */
const BATCH_MAX = 64;
const BATCH_MS_MAX = 1;

/** The shell around one server: batches, timers, connections, relay sockets. */
export class SimulatedWorker implements HarnessSink {
  readonly index: number;
  readonly harness: ServerHarness;
  readonly streams: WorkerStreams;
  readonly relays: RelayExecutor;
  /** All workers, this one among them, by index. */
  readonly peers: readonly SimulatedWorker[];
  readonly #context: SimulationContext;
  readonly #sockets: SimulatedSockets;
  #inbox: WorkerInput[] = [];
  readonly #outbox: { readonly output: Output; readonly source: Slice; readonly expectation: Expectation }[] = [];
  #isBatchScheduled = false;
  /** The deadline that the next timer is for. */
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(
    context: SimulationContext,
    sockets: SimulatedSockets,
    peers: readonly SimulatedWorker[],
    index: number,
    server: ServerUnderTest,
    model: WorkerModel,
    counters: Float64Array,
  ) {
    this.#context = context;
    this.#sockets = sockets;
    this.peers = peers;
    this.index = index;
    this.harness = new ServerHarness(server, model, counters, this);
    this.streams = new WorkerStreams(context, this.harness, () => this.finish());
    this.relays = new RelayExecutor(context, this, sockets);
    // A UDP listener's number is its place among them.
    context.topology.listeners.forEach((listener, place) => {
      server.addClientSocket(place as ClientSocketId, 'udp', listener);
    });
  }

  /** A datagram has arrived; it is read with those that arrive within the same moment. */
  receive(input: WorkerInput): void {
    this.#inbox.push(input);
    this.#scheduleBatch();
  }

  handleRelayOpened(relay: number): void {
    this.harness.handleRelayOpened(relay, this.#context.queue.now);
    this.finish();
  }

  handleRelayOpenFailed(relay: number, failure: RelayOpenFailure): void {
    this.harness.handleRelayOpenFailed(relay, failure, this.#context.queue.now);
    this.finish();
  }

  handleReservationClaimed(claim: number, owner: number, port: ReservedPort | undefined): void {
    this.harness.handleReservationClaimed(claim, owner, port, this.#context.queue.now);
    this.finish();
  }

  handleIcmp(relay: number, to: AddressWords, type: number, isToldOn: boolean): void {
    if (this.relays.find(relay) !== undefined) {
      this.harness.handlePeerIcmp(relay, to, type, isToldOn, this.#context.queue.now);
      this.finish();
    }
  }

  claimReservation(token: Uint8Array): ReservedPort | undefined {
    const port = this.harness.server.claimReservation(token);
    this.finish();
    return port;
  }

  returnPort(port: ReservedPort): void {
    this.harness.server.returnPort(port);
    this.finish();
  }

  /** The host's addresses are looked up anew, and are what they were, and `added`. */
  reviewOwnAddresses(added: readonly AddressWords[]): void {
    const { topology, queue } = this.#context;
    this.harness.setOwnAddresses(ownAddresses(topology, added), added, queue.now);
    this.finish();
  }

  setDraining(isDraining: boolean): void {
    this.harness.model.isDraining = isDraining;
    this.harness.server.setDraining(isDraining);
    this.finish();
  }

  /** A whole round of collecting, in small slices. */
  collectUsage(): UsageRow[] {
    const collected: UsageRow[] = [];
    let from: number | undefined = 0;
    while (from !== undefined) {
      const { rows, next } = this.harness.server.collectUsage(from, USAGE_SLICE_ROWS, this.#context.queue.now);
      collected.push(...rows);
      from = next;
    }
    return collected;
  }

  send(output: Output, source: Slice, expectation: Expectation): void {
    this.#outbox.push({ output, source, expectation });
    if (output.kind !== FORWARD_TO_CLIENT) {
      this.#requireRelay(output, expectation);
      return;
    }
    const isKnown = this.streams.has(output.socket) || output.socket < this.#context.topology.listeners.length;
    requireInvariant(isKnown, 'dead-allocation', () => `${describeOutput(output)}, whose connection is closed`);
  }

  execute(command: Command): void {
    const { trace, queue } = this.#context;
    trace.record(queue.now, () => `worker ${this.index} wants ${describeCommand(command)}`);
    if (command.kind === 'close-client') {
      this.streams.close(command.socket);
    } else {
      this.relays.execute(command);
    }
  }

  /** Sends what is to be sent, and sets the timer anew: to be called after every input, or batch of inputs. */
  finish(): void {
    this.harness.drain(this.#context.queue.now);
    this.#flush();
    this.#armTimer();
  }

  #flush(): void {
    for (const { output, source } of this.#outbox) {
      requireInvariant(
        equalBytes(output.bytes, 0, source.bytes, source.offset, source.length),
        'buffer',
        () => `${describeOutput(output)} changed before it was flushed`,
      );
      this.#dispatch(output);
    }
    this.#outbox.length = 0;
  }

  #scheduleBatch(): void {
    if (!this.#isBatchScheduled && this.#inbox.length > 0) {
      this.#isBatchScheduled = true;
      this.#context.queue.schedule(this.#context.draw.integer(0, BATCH_MS_MAX), () => this.#runBatch());
    }
  }

  #runBatch(): void {
    const { queue } = this.#context;
    const batch = this.#inbox.slice(0, BATCH_MAX);
    this.#inbox = this.#inbox.slice(BATCH_MAX);
    this.#isBatchScheduled = false;
    const buffer = new BatchBuffer(batch.map(({ bytes }) => bytes));
    const senders = new Uint32Array(batch.length * ADDRESS_WORDS);
    batch.forEach((input, place) => {
      const at = place * ADDRESS_WORDS;
      copyAddress(input.kind === 'client' ? input.end.address : input.from, 0, senders, at);
      const slice = buffer.read(place);
      this.#context.trace.record(queue.now, () => `worker ${this.index} ← ${describeInput(input)}`);
      if (input.kind === 'client') {
        this.harness.handleClient(input.end, senders, at, slice, queue.now);
      } else {
        this.harness.handlePeer(input.relay, senders, at, slice, queue.now);
      }
      buffer.requireIntact(place);
    });
    this.#flush();
    // The memory is used anew, so that whoever still looks at it sees something else.
    buffer.overwrite();
    senders.fill(0xffffffff);
    this.finish();
    this.#scheduleBatch();
  }

  /** A datagram leaves by a socket that is open now, whatever else happens before the flush. */
  #requireRelay(output: Output, expectation: Expectation): void {
    const socket = this.relays.find(output.socket);
    requireInvariant(socket !== undefined, 'relay-socket', () => `${describeOutput(output)} has no open socket`);
    const dontFragment = expectation.kind === 'to-peer' && expectation.dontFragment;
    requireInvariant(
      !dontFragment || socket.dontFragment,
      'relay-socket',
      () => `${describeOutput(output)} must not be cut, and its socket does not say so`,
    );
  }

  #dispatch(output: Output): void {
    const { trace, queue, network, topology } = this.#context;
    trace.record(queue.now, () => `worker ${this.index} sends ${describeOutput(output)}`);
    if (output.kind !== FORWARD_TO_CLIENT) {
      // What was queued for a socket that was closed in the same batch is lost with it.
      const socket = this.relays.find(output.socket);
      if (socket !== undefined) {
        this.#sockets.send(socket, output.address, output.bytes);
      }
      return;
    }
    const listener = topology.listeners[output.socket];
    if (listener !== undefined) {
      network.send(listener, output.address, output.bytes);
    } else {
      this.streams.send(output.socket, output.bytes);
    }
  }

  #armTimer(): void {
    const { queue, draw, scenario } = this.#context;
    const deadline = this.harness.server.nextTimeout();
    if (deadline >= this.#armedFor || deadline === Number.POSITIVE_INFINITY) {
      return;
    }
    this.#armedFor = deadline;
    const latenessMs = draw.integer(0, scenario.timerLatenessMsMax);
    queue.scheduleAt((deadline + latenessMs) as Instant, () => {
      if (this.#armedFor === deadline) {
        this.#armedFor = Number.POSITIVE_INFINITY;
      }
      if (this.harness.server.nextTimeout() <= queue.now) {
        this.harness.handleTimeout(queue.now);
      }
      this.finish();
    });
  }
}

/** What the operating system would say are this host's own addresses; `added` are those that it has just got. */
export function ownAddresses(topology: Topology, added: readonly AddressWords[] = []): OwnAddresses {
  return { listeners: topology.listeners, interfaces: [...topology.relays.map(({ bind }) => bind), ...added] };
}

function describeInput(input: WorkerInput): string {
  return input.kind === 'client'
    ? `${formatTransportAddress(input.end.address)} ${describePacket(input.bytes)}`
    : `relay ${input.relay} from ${formatTransportAddress(input.from)} ${input.bytes.length} bytes`;
}

function describeCommand(command: Command): string {
  switch (command.kind) {
    case 'open-relay':
      return `open-relay ${command.relay} at port ${portOf(command.local)}`;
    case 'close-relay':
      return `close-relay ${command.relay}`;
    case 'close-client':
      return `close-client ${command.socket}`;
    case 'claim-reservation':
      return `claim-reservation of worker ${command.worker}`;
    case 'return-port':
      return `return-port ${command.port.port} to worker ${command.worker}`;
  }
}
