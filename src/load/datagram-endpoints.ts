import { ADDRESS_WORDS, type AddressWords, portOf, sameAddress } from '../base/socket-address.ts';
import { createDatagramSockets } from '../relay/sockets/create-datagram-sockets.ts';
import type { DatagramBackEnd } from '../relay/sockets/datagram-back-end.ts';
import type {
  DatagramBatch,
  DatagramHandler,
  DatagramSockets,
  OpenFailure,
  SocketToken,
} from '../relay/sockets/datagram-sockets.ts';
import type { ClientAddresses } from './client-addresses.ts';
import type { ClientLegs, EndpointHandler } from './endpoint-handler.ts';

/** Source addresses that are tried for one client; others of the range may be in use. */
const BIND_TRIES_MAX = 100;

export interface DatagramEndpointsOptions {
  /** Sockets for UDP clients: the first of the numbers; those of peers follow. 0 where clients use streams. */
  readonly clientCount: number;
  readonly server: AddressWords;
  readonly clientAddresses: ClientAddresses;
  readonly backEnd: DatagramBackEnd;
  readonly handler: EndpointHandler;
}

/** Every UDP socket of the generator, on the same back ends as the relay's: the peers, and the clients where these use UDP. */
export class DatagramEndpoints implements ClientLegs, DatagramHandler {
  readonly #options: DatagramEndpointsOptions;
  readonly #clientCount: number;
  readonly #sockets: DatagramSockets;
  readonly #handler: EndpointHandler;
  /** Addresses that were tried for a client that is not open yet. */
  readonly #bindTries = new Map<number, number>();
  readonly #peerLocals = new Map<number, AddressWords>();
  readonly #peerPorts = new Set<number>();
  readonly #clientLocals = new Map<number, AddressWords>();

  constructor(options: DatagramEndpointsOptions) {
    this.#options = options;
    this.#clientCount = options.clientCount;
    this.#handler = options.handler;
    this.#sockets = createDatagramSockets(this, options.backEnd);
  }

  get backEnd(): string {
    return this.#sockets.name;
  }

  get refused(): number {
    return this.#sockets.sendDrops;
  }

  /** Where the sockets that are open are bound. */
  listLocals(): readonly AddressWords[] {
    return [...this.#peerLocals.values(), ...this.#clientLocals.values()];
  }

  open(client: number): void {
    this.#bind(client, this.#options.clientAddresses.next());
  }

  /** Port 0 of `local` lets the system choose. */
  openPeer(peer: number, local: AddressWords): void {
    this.#peerLocals.set(peer, local);
    this.#bind(this.#clientCount + peer, local);
  }

  close(client: number): void {
    this.#clientLocals.delete(client);
    this.#sockets.close(client as SocketToken);
  }

  send(client: number, bytes: Uint8Array, offset: number, length: number): void {
    this.#sockets.send(client as SocketToken, this.#options.server, 0, bytes, offset, length, 0);
  }

  sendFromPeer(peer: number, to: AddressWords, toAt: number, bytes: Uint8Array, offset: number, length: number): void {
    this.#sockets.send((this.#clientCount + peer) as SocketToken, to, toAt, bytes, offset, length, 0);
  }

  flush(): void {
    this.#sockets.flush();
  }

  stop(): Promise<void> {
    return this.#sockets.stop();
  }

  handleOpened(token: SocketToken, local: AddressWords): void {
    if (token < this.#clientCount) {
      this.#bindTries.delete(token);
      this.#clientLocals.set(token, local.slice());
      this.#handler.handleLegOpened(token);
      return;
    }
    const peer = token - this.#clientCount;
    if (this.#peerPorts.has(portOf(local))) {
      // Sockets that share their port may be given one that is in use, by chance; two peers must not.
      this.#sockets.close(token);
      this.#bind(token, this.#peerLocals.get(peer) as AddressWords);
      return;
    }
    this.#peerPorts.add(portOf(local));
    this.#peerLocals.set(peer, local.slice());
    this.#handler.handlePeerOpened(peer, local);
  }

  handleOpenFailed(token: SocketToken, failure: OpenFailure, message: string): void {
    if (token >= this.#clientCount) {
      this.#handler.handlePeerFailed(token - this.#clientCount, message);
      return;
    }
    const tries = (this.#bindTries.get(token) ?? 0) + 1;
    this.#bindTries.set(token, tries);
    if (failure === 'in-use' && this.#options.clientAddresses.isRange && tries < BIND_TRIES_MAX) {
      this.open(token);
    } else {
      this.#bindTries.delete(token);
      this.#handler.handleLegFailed(token, message);
    }
  }

  handleBatch(batch: DatagramBatch): void {
    const { bytes, sockets, offsets, lengths, from } = batch;
    const { server } = this.#options;
    const handler = this.#handler;
    const clientCount = this.#clientCount;
    handler.handleArrivalsBegin();
    for (let index = 0; index < batch.count; index += 1) {
      const token = sockets[index] as number;
      const offset = offsets[index] as number;
      const length = lengths[index] as number;
      const fromAt = index * ADDRESS_WORDS;
      if (token >= clientCount) {
        handler.handlePeerDatagram(token - clientCount, bytes, offset, length, from, fromAt);
      } else if (sameAddress(from, fromAt, server, 0)) {
        handler.handleClientMessage(token, bytes, offset, length);
      } else {
        handler.handleStranger(token);
      }
    }
    handler.handleArrivalsEnd();
  }

  handleIcmp(): void {
    // What an ICMP error tells of is lost, and is counted as that.
  }

  #bind(token: number, local: AddressWords): void {
    // A shared socket is told of no ICMP errors, for which a send would be made twice.
    this.#sockets.open(token as SocketToken, { local, shared: true, dontFragment: false, hasLargeBuffer: true });
  }
}
