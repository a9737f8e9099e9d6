import { type AddressWords, sameAddress } from '../../../src/base/socket-address.ts';
import type { ClientTransport } from '../../../src/contract/ids.ts';
import { StreamFraming } from '../../../src/stun/stream-framing.ts';
import { requireInvariant } from '../invariant.ts';
import type { Network } from '../network/network.ts';
import type { StreamPipe, StreamReceiver } from '../network/stream-pipe.ts';

/** How a client reaches the server: from one local address, for as long as that lasts. */
export interface ClientPath {
  readonly transport: ClientTransport;
  readonly local: AddressWords;
  /** Whether it still leads anywhere. */
  readonly isOpen: boolean;
  send(bytes: Uint8Array): void;
  close(): void;
}

/** UDP: datagrams to and from the listener, and from nobody else. */
export class DatagramPath implements ClientPath {
  readonly transport = 'udp';
  readonly local: AddressWords;
  isOpen = true;
  readonly #network: Network;
  readonly #listener: AddressWords;

  constructor(network: Network, local: AddressWords, listener: AddressWords, receive: (bytes: Uint8Array) => void) {
    this.#network = network;
    this.local = local;
    this.#listener = listener;
    network.attach(local, (datagram) => {
      // What comes from another listener belongs to another 5-tuple, which the client has left.
      if (sameAddress(datagram.from, 0, listener, 0)) {
        receive(datagram.bytes);
      }
    });
  }

  send(bytes: Uint8Array): void {
    this.#network.send(this.local, this.#listener, bytes);
  }

  close(): void {
    this.isOpen = false;
    this.#network.detach(this.local);
  }
}

/** TCP, or TLS as it looks above the encryption: the client's end of a connection. */
export class StreamPath implements ClientPath, StreamReceiver {
  readonly transport: 'tcp' | 'tls';
  readonly local: AddressWords;
  isOpen = true;
  readonly #framing = new StreamFraming();
  readonly #receiveFrame: (bytes: Uint8Array) => void;
  #up: StreamPipe | undefined;

  constructor(transport: 'tcp' | 'tls', local: AddressWords, receiveFrame: (bytes: Uint8Array) => void) {
    this.transport = transport;
    this.local = local;
    this.#receiveFrame = receiveFrame;
  }

  /** Connects the direction from the client to the server. */
  connect(up: StreamPipe): void {
    this.#up = up;
  }

  send(bytes: Uint8Array): void {
    if (this.isOpen) {
      this.#up?.write(bytes);
    }
  }

  close(): void {
    this.isOpen = false;
    this.#up?.end();
  }

  receive(bytes: Uint8Array): void {
    if (!this.isOpen) {
      return;
    }
    this.#framing.push(bytes);
    while (this.#framing.next()) {
      const { offset, length } = this.#framing;
      this.#receiveFrame(this.#framing.bytes.slice(offset, offset + length));
    }
    requireInvariant(!this.#framing.failed, 'payload', () => 'the server sent what cannot be cut into frames');
  }

  ended(): void {
    this.close();
  }
}
