import {
  type AddressWords,
  type Family,
  familyOf,
  IPV4,
  IPV6,
  portOf,
  sameIp,
} from '../../../src/base/socket-address.ts';
import { addressKey } from '../address-key.ts';
import { requireInvariant } from '../invariant.ts';
import type { Datagram } from '../network/network.ts';
import { StreamPipe } from '../network/stream-pipe.ts';
import type { SimulationContext } from '../simulation-context.ts';
import { clientAddress } from '../topology.ts';
import type { SimulatedWorker } from '../workers/simulated-worker.ts';
import { type ClientPath, DatagramPath, StreamPath } from './client-path.ts';
import type { SimulatedClient } from './simulated-client.ts';

const FIRST_CLIENT_PORT = 20_000;

/** How clients come to workers: the addresses of both ends decide which. */
export class ClientAccess {
  readonly #context: SimulationContext;
  readonly #workers: readonly SimulatedWorker[];
  readonly #names = new Map<string, string>();
  /** By client: the address of its last datagrams. */
  readonly #lastLocals = new Map<string, AddressWords>();
  #nextPort = FIRST_CLIENT_PORT;

  constructor(context: SimulationContext, workers: readonly SimulatedWorker[]) {
    this.#context = context;
    this.#workers = workers;
    context.topology.listeners.forEach((listener, place) => {
      context.network.attach(listener, (datagram) => this.#receive(place, datagram));
    });
  }

  /** The client that has, or had, an address. */
  nameAt(address: AddressWords): string {
    return this.#names.get(addressKey(address)) ?? 'nobody';
  }

  openPath(client: SimulatedClient): ClientPath {
    const { draw, network, topology, queue } = this.#context;
    const family = draw.pick<Family>([IPV4, IPV4, IPV6]);
    const receive = (bytes: Uint8Array): void => client.receive(bytes);
    const transport = client.prefersStreams ? 'tcp' : draw.weighted({ udp: 60, tcp: 25, tls: 15 });
    const listeners = topology.listeners.filter((listener) => familyOf(listener) === family);
    const listener = draw.pick(listeners);
    const local = this.#drawLocal(client, family, transport === 'udp');
    if (transport === 'udp') {
      return new DatagramPath(network, local, listener, receive);
    }
    const path = new StreamPath(transport, local, receive);
    const down = new StreamPipe(queue, draw, network, path);
    const worker = this.#workerFor(local, listener);
    path.connect(new StreamPipe(queue, draw, network, worker.streams.accept(transport, local, listener, down)));
    return path;
  }

  /** An address that is new, or, for datagrams, the one that the client had: to another listener it is another 5-tuple. */
  #drawLocal(client: SimulatedClient, family: Family, mayReuse: boolean): AddressWords {
    const last = this.#lastLocals.get(client.name);
    if (mayReuse && last !== undefined && familyOf(last) === family && this.#context.draw.chance(0.5)) {
      return last;
    }
    const local = clientAddress(family, client.number % 5, this.#nextPort);
    this.#nextPort += 1;
    this.#names.set(addressKey(local), client.name);
    if (mayReuse) {
      this.#lastLocals.set(client.name, local);
    }
    return local;
  }

  #receive(place: number, datagram: Datagram): void {
    const { topology } = this.#context;
    const isFromRelay = topology.relays.some(
      ({ bind, advertised }) => sameIp(bind, 0, datagram.from, 0) || sameIp(advertised, 0, datagram.from, 0),
    );
    requireInvariant(!isFromRelay, 'permission', () => 'a client has reached the server itself through the relay');
    const end = { socket: place, transport: 'udp', address: datagram.from } as const;
    this.#workerFor(datagram.from, datagram.to).receive({ kind: 'client', end, bytes: datagram.bytes });
  }

  /** The kernel's hash of the 5-tuple, as SO_REUSEPORT has it. */
  #workerFor(client: AddressWords, listener: AddressWords): SimulatedWorker {
    const hash = portOf(client) * 7 + portOf(listener) + familyOf(client);
    return this.#workers[hash % this.#workers.length] as SimulatedWorker;
  }
}
