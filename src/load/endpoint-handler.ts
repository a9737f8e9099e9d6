import type { AddressWords } from '../base/socket-address.ts';

/** The way of the generator's clients to the server. `client` is the number of an allocation. */
export interface ClientLegs {
  /** Answered by `handleLegOpened` or `handleLegFailed`, later. */
  open(client: number): void;
  /** Closes; nothing is told of it. */
  close(client: number): void;
  /** Queues one message until `flush`; the bytes stay untouched until then. */
  send(client: number, bytes: Uint8Array, offset: number, length: number): void;
  flush(): void;
  /** Messages that were not taken: the system's buffers, or a stream's, are full. */
  readonly refused: number;
}

/** What the sockets tell the generator. Bytes are valid until `handleArrivalsEnd` returns. */
export interface EndpointHandler {
  handleLegOpened(client: number): void;
  /** It did not open, or ended; `reason` is a clause for people. */
  handleLegFailed(client: number, reason: string): void;
  handlePeerOpened(peer: number, local: AddressWords): void;
  handlePeerFailed(peer: number, reason: string): void;
  /** Some arrivals follow: the clock is read once for all of them. */
  handleArrivalsBegin(): void;
  handleArrivalsEnd(): void;
  /** One whole message from the server. */
  handleClientMessage(client: number, bytes: Uint8Array, offset: number, length: number): void;
  handlePeerDatagram(
    peer: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    from: AddressWords,
    fromAt: number,
  ): void;
  /** Something came to a client's socket from elsewhere than the server. */
  handleStranger(client: number): void;
}
