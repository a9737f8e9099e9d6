import { type AddressWords, type Family, familyOf, IPV4, IPV6, portOf, sameIp } from '../../src/base/socket-address.ts';
import { addressKey } from './address-key.ts';
import { type ClientPath, DatagramPath, StreamPath } from './client-path.ts';
import { requireInvariant } from './invariant.ts';
import type { Datagram } from './network.ts';
import type { SimulatedClient } from './simulated-client.ts';
import { LISTENER_SOCKETS, type SimulatedWorker } from './simulated-worker.ts';
import type { SimulationContext } from './simulation-context.ts';
import { StreamPipe } from './stream-pipe.ts';
import { clientAddress } from './topology.ts';

const FIRST_CLIENT_PORT = 20_000;

/** How clients come to workers: each path has an address of its own, and the address decides the worker, as SO_REUSEPORT does. */
export class ClientAccess {
  readonly #context: SimulationContext;
  readonly #workers: readonly SimulatedWorker[];
  readonly #names = new Map<string, string>();
  #nextPort = FIRST_CLIENT_PORT;

  constructor(context: SimulationContext, workers: readonly SimulatedWorker[]) {
    this.#context = context;
    this.#workers = workers;
    for (const family of [IPV4, IPV6] as const) {
      context.network.attach(context.topology.listeners[family], (datagram) => this.#receive(family, datagram));
    }
  }

  /** The client that has, or had, an address. */
  nameAt(address: AddressWords): string {
    return this.#names.get(addressKey(address)) ?? 'nobody';
  }

  openPath(client: SimulatedClient): ClientPath {
    const { draw, network, topology, queue } = this.#context;
    const family = draw.pick<Family>([IPV4, IPV4, IPV6]);
    const local = clientAddress(family, client.number % 5, this.#nextPort);
    this.#nextPort += 1;
    this.#names.set(addressKey(local), client.name);
    const listener = topology.listeners[family];
    const receive = (bytes: Uint8Array): void => client.receive(bytes);
    const transport = client.prefersStreams ? 'tcp' : draw.weighted({ udp: 60, tcp: 25, tls: 15 });
    if (transport === 'udp') {
      return new DatagramPath(network, local, listener, receive);
    }
    const path = new StreamPath(transport, local, receive);
    const down = new StreamPipe(queue, draw, network, path);
    path.connect(
      new StreamPipe(queue, draw, network, this.#workerFor(local).streams.accept(transport, local, listener, down)),
    );
    return path;
  }

  #receive(family: Family, datagram: Datagram): void {
    const { topology } = this.#context;
    const isFromRelay = topology.relays.some(
      ({ bind, advertised }) => sameIp(bind, 0, datagram.from, 0) || sameIp(advertised, 0, datagram.from, 0),
    );
    requireInvariant(!isFromRelay, 'permission', () => 'a client has reached the server itself through the relay');
    const end = { socket: LISTENER_SOCKETS[family], transport: 'udp', address: datagram.from } as const;
    this.#workerFor(datagram.from).receive({ kind: 'client', end, bytes: datagram.bytes });
  }

  #workerFor(address: AddressWords): SimulatedWorker {
    const hash = portOf(address) * 7 + familyOf(address);
    return this.#workers[hash % this.#workers.length] as SimulatedWorker;
  }
}
