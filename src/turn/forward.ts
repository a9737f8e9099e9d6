import { ADDRESS_WORDS, type AddressWords, copyAddress } from '../base/socket-address.ts';
import type { ClientSocketId, RelaySocketId } from './path.ts';

export const FORWARD_NOTHING = 0;
export const FORWARD_TO_CLIENT = 1;
export const FORWARD_TO_RELAY = 2;
export type ForwardKind = typeof FORWARD_NOTHING | typeof FORWARD_TO_CLIENT | typeof FORWARD_TO_RELAY;

/**
 * The one datagram or frame that an input results in: `length` bytes from `offset` of `bytes`, to be sent from `socket` to
 * `address`. One object, filled anew by every input that returns true. `bytes` is the input's own buffer or the server's
 * ring of answers: the slice stays as it is until `RESPONSES_KEPT_MAX` further answers were made.
 */
export class Forward {
  kind: ForwardKind = FORWARD_NOTHING;
  /** A `ClientSocketId` or a `RelaySocketId`, as `kind` says. */
  socket = 0;
  /** One row: the client, or the peer. */
  readonly address: AddressWords = new Uint32Array(ADDRESS_WORDS);
  bytes: Uint8Array = new Uint8Array(0);
  offset = 0;
  length = 0;

  toClient(
    socket: ClientSocketId,
    client: AddressWords,
    clientAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    this.#fill(FORWARD_TO_CLIENT, socket, client, clientAt, bytes, offset, length);
  }

  toRelay(
    relay: RelaySocketId,
    peer: AddressWords,
    peerAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    this.#fill(FORWARD_TO_RELAY, relay, peer, peerAt, bytes, offset, length);
  }

  #fill(
    kind: ForwardKind,
    socket: number,
    address: AddressWords,
    addressAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    this.kind = kind;
    this.socket = socket;
    copyAddress(address, addressAt, this.address, 0);
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
  }
}
