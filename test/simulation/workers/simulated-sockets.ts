import { formatTransportAddress } from '../../../src/base/ip.ts';
import { type AddressWords, familyOf, portOf, sameIp, withPort } from '../../../src/base/socket-address.ts';
import { addressKey } from '../address-key.ts';
import { requireInvariant } from '../invariant.ts';
import type { Datagram, Network } from '../network/network.ts';
import type { Topology } from '../topology.ts';

export interface RelaySocket {
  readonly id: number;
  readonly worker: number;
  readonly local: AddressWords;
  readonly advertised: AddressWords;
  readonly dontFragment: boolean;
  /** False while the system is still busy with it. */
  isOpen: boolean;
}

/**
 * The relay sockets of all workers on one host: who holds which port, and how packets reach it. Behind a NAT a packet of the
 * outside is addressed to the public name, and one of the same host to the inner one; a public name from inside leads nowhere.
 */
export class SimulatedSockets {
  /** From now on every socket opens, and soon. */
  areReliable = false;
  readonly #network: Network;
  readonly #topology: Topology;
  /** By bound address. */
  readonly #byLocal = new Map<string, RelaySocket>();
  readonly #byAdvertised = new Map<string, RelaySocket>();

  constructor(network: Network, topology: Topology) {
    this.#network = network;
    this.#topology = topology;
  }

  get size(): number {
    return this.#byLocal.size;
  }

  *all(): Iterable<RelaySocket> {
    yield* this.#byLocal.values();
  }

  /** Notes that a worker asks for a socket. @throws {InvariantViolation} when another one has, or may have, the port. */
  reserve(worker: number, id: number, local: AddressWords, dontFragment: boolean): RelaySocket {
    const text = formatTransportAddress(local);
    const relay = this.#topology.relays.find(({ bind }) => sameIp(bind, 0, local, 0));
    requireInvariant(relay !== undefined, 'relay-port', () => `${text} is none of the relay's addresses`);
    requireInvariant(
      !this.#byLocal.has(addressKey(local)),
      'relay-port',
      () => `worker ${worker} opens ${text}, which worker ${this.#byLocal.get(addressKey(local))?.worker} has`,
    );
    const advertised = withPort(relay.advertised, portOf(local));
    const socket = { id, worker, local, advertised, dontFragment, isOpen: false };
    this.#byLocal.set(addressKey(local), socket);
    this.#byAdvertised.set(addressKey(advertised), socket);
    return socket;
  }

  open(socket: RelaySocket, receive: (datagram: Datagram) => void): void {
    socket.isOpen = true;
    const { local, advertised } = socket;
    this.#network.attach(local, (datagram) => {
      // Nobody outside can send to an inner address.
      if (addressKey(local) === addressKey(advertised) || this.#isInner(datagram.from)) {
        receive(datagram);
      }
    });
    if (addressKey(local) !== addressKey(advertised)) {
      this.#network.attach(advertised, receive);
    }
  }

  close(socket: RelaySocket): void {
    this.#network.detach(socket.local);
    this.#network.detach(socket.advertised);
    this.#byLocal.delete(addressKey(socket.local));
    this.#byAdvertised.delete(addressKey(socket.advertised));
  }

  /** The open socket that the world knows by this address. */
  findAdvertised(advertised: string): RelaySocket | undefined {
    const socket = this.#byAdvertised.get(advertised);
    return socket?.isOpen === true ? socket : undefined;
  }

  /** Sends from a socket; the NAT, if there is one, puts its public name on what leaves the host. */
  send(socket: RelaySocket, to: AddressWords, bytes: Uint8Array): void {
    this.#network.send(this.#isInner(to) ? socket.local : socket.advertised, to, bytes);
  }

  #isInner(address: AddressWords): boolean {
    return this.#topology.relays.some(
      ({ bind }) => familyOf(bind) === familyOf(address) && sameIp(bind, 0, address, 0),
    );
  }
}
