import { encodeHex } from '../../../src/base/bytes.ts';
import { formatTransportAddress } from '../../../src/base/ip.ts';
import { type AddressWords, portOf, withPort } from '../../../src/base/socket-address.ts';
import type { Command, ReservedPort } from '../../../src/turn/command.ts';
import type { RelayOpenFailure } from '../../../src/turn/open-relay.ts';
import { addressKey } from '../address-key.ts';
import { requireInvariant } from '../invariant.ts';
import type { Datagram } from '../network/network.ts';
import type { SimulationContext } from '../simulation-context.ts';
import type { RelaySocket, SimulatedSockets } from './simulated-sockets.ts';
import type { SimulatedWorker } from './simulated-worker.ts';

/** How long the system takes to open a socket, and one worker to hear of another. */
const OPEN_MS_MAX = 30;
const ROUTE_MS_MAX = 30;
/** Now and then a socket takes longer than any client waits. */
const STUCK_RATE = 0.002;
const STUCK_MS = 7_000;
const FAILURES: readonly RelayOpenFailure[] = ['in-use', 'in-use', 'unavailable', 'forbidden', 'exhausted'];

/** Does what a worker's server wants done with relay sockets and reserved ports. */
export class RelayExecutor {
  readonly #context: SimulationContext;
  readonly #worker: SimulatedWorker;
  readonly #sockets: SimulatedSockets;
  readonly #relays = new Map<number, RelaySocket>();
  /** Addresses of ports that other workers gave to this one. */
  readonly #borrowed = new Set<string>();

  constructor(context: SimulationContext, worker: SimulatedWorker, sockets: SimulatedSockets) {
    this.#context = context;
    this.#worker = worker;
    this.#sockets = sockets;
  }

  /** The open socket of a relay. */
  find(relay: number): RelaySocket | undefined {
    const socket = this.#relays.get(relay);
    return socket?.isOpen === true ? socket : undefined;
  }

  openSockets(): RelaySocket[] {
    return [...this.#relays.values()].filter((socket) => socket.isOpen);
  }

  execute(command: Command): void {
    switch (command.kind) {
      case 'open-relay':
        this.#open(command.relay, command.local, command.dontFragment);
        break;
      case 'close-relay':
        this.#close(command.relay);
        break;
      case 'claim-reservation':
        this.#claim(command.claim, command.worker, command.token);
        break;
      case 'return-port':
        this.#returnPort(command.worker, command.port);
        break;
      case 'close-client':
        break;
    }
  }

  #open(relay: number, local: AddressWords, dontFragment: boolean): void {
    const { queue, draw, scenario } = this.#context;
    requireInvariant(!this.#relays.has(relay), 'relay-socket', () => `relay ${relay} is opened twice`);
    this.#requireOwnPort(local);
    const socket = this.#sockets.reserve(this.#worker.index, relay, local, dontFragment);
    this.#relays.set(relay, socket);
    const isUnlucky = (rate: number): boolean => !this.#sockets.areReliable && draw.chance(rate);
    const delayMs = isUnlucky(STUCK_RATE) ? STUCK_MS : draw.integer(0, OPEN_MS_MAX);
    const failure = isUnlucky(scenario.openFailureRate) ? draw.pick(FAILURES) : undefined;
    queue.schedule(delayMs, () => {
      if (this.#relays.get(relay) !== socket) {
        return;
      }
      if (failure !== undefined) {
        this.#close(relay);
        this.#worker.handleRelayOpenFailed(relay, failure);
        return;
      }
      this.#sockets.open(socket, (datagram) => this.#receive(relay, datagram));
      this.#worker.handleRelayOpened(relay);
    });
  }

  #receive(relay: number, datagram: Datagram): void {
    this.#worker.receive({ kind: 'peer', relay, from: datagram.from, bytes: datagram.bytes });
  }

  /** Also of one that did not open: then there is nothing to close. */
  #close(relay: number): void {
    const socket = this.#relays.get(relay);
    if (socket !== undefined) {
      this.#sockets.close(socket);
      this.#relays.delete(relay);
    }
  }

  #claim(claim: number, owner: number, token: Uint8Array): void {
    const { queue, draw, trace } = this.#context;
    const other = this.#worker.peers[owner];
    requireInvariant(
      other !== undefined && other !== this.#worker,
      'answer',
      () => `worker ${this.#worker.index} asks worker ${owner} for a port`,
    );
    queue.schedule(draw.integer(0, ROUTE_MS_MAX), () => {
      const port = other.claimReservation(token);
      trace.record(queue.now, () => `worker ${owner} is asked for ${encodeHex(token)}: ${port?.port ?? 'nothing'}`);
      queue.schedule(draw.integer(0, ROUTE_MS_MAX), () => {
        if (port !== undefined) {
          this.#borrowed.add(this.#addressKeyOf(port));
        }
        this.#worker.handleReservationClaimed(claim, owner, port);
      });
    });
  }

  #returnPort(owner: number, port: ReservedPort): void {
    const { queue, draw } = this.#context;
    const key = this.#addressKeyOf(port);
    requireInvariant(
      this.#borrowed.delete(key),
      'relay-port',
      () => `worker ${this.#worker.index} returns port ${port.port}, which it never got`,
    );
    queue.schedule(draw.integer(0, ROUTE_MS_MAX), () => this.#worker.peers[owner]?.returnPort(port));
  }

  /** A worker's own ports are every so-many-th pair of the range; others are only those it was given. */
  #requireOwnPort(local: AddressWords): void {
    const { ports, workers } = this.#context.scenario;
    const port = portOf(local);
    const pair = (port >>> 1) - (ports.min >>> 1);
    const isInRange = port >= ports.min && port <= ports.max;
    const isOwn = pair % workers === this.#worker.index || this.#borrowed.has(addressKey(local));
    requireInvariant(
      isInRange && isOwn,
      'relay-port',
      () => `worker ${this.#worker.index} opens ${formatTransportAddress(local)}, which is not in its share`,
    );
  }

  #addressKeyOf(port: ReservedPort): string {
    const relay = this.#context.topology.relays[port.relayAddress];
    requireInvariant(relay !== undefined, 'relay-port', () => 'a port belongs to a relay address');
    return addressKey(withPort(relay.bind, port.port));
  }
}
