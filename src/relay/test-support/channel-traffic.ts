import { ADDRESS_WORDS, type AddressWords, cloneAddress } from '../../base/socket-address.ts';
import { writeChannelDataHeader } from '../../stun/channel-data.ts';
import type { DatagramBatch, DatagramHandler, DatagramSockets, SocketToken } from '../sockets/datagram-sockets.ts';

const CLIENT = 0 as SocketToken;
const PEER = 1 as SocketToken;
const PAYLOAD_BYTES = 160;

/**
 * A client and a peer that send back whatever comes, so that ChannelData which is sent once goes round for ever: to the
 * peer and back, through the relay both times.
 */
export class ChannelTraffic implements DatagramHandler {
  /** Datagrams that have arrived: each has passed the relay once. */
  relayed = 0;
  readonly #sockets: DatagramSockets;
  readonly #addresses: AddressWords[] = [];
  #isFlowing = false;
  #target = Number.POSITIVE_INFINITY;
  #wake: () => void = () => {};

  constructor(makeSockets: (handler: DatagramHandler) => DatagramSockets, local: AddressWords) {
    this.#sockets = makeSockets(this);
    for (const token of [CLIENT, PEER]) {
      this.#sockets.open(token, { local, shared: false, dontFragment: false });
    }
  }

  /** The addresses of the client and of the peer. */
  async open(): Promise<readonly [AddressWords, AddressWords]> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return [this.#addresses[CLIENT] as AddressWords, this.#addresses[PEER] as AddressWords];
  }

  /** Puts so many datagrams on their way. */
  begin(server: AddressWords, channel: number, count: number): void {
    const message = new Uint8Array(4 + PAYLOAD_BYTES);
    writeChannelDataHeader(message, 0, channel, PAYLOAD_BYTES);
    this.#isFlowing = true;
    for (let index = 0; index < count; index += 1) {
      this.#sockets.send(CLIENT, server, 0, message, 0, message.length, 0);
    }
    this.#sockets.flush();
  }

  /** Resolves when so many more have been relayed. */
  relay(count: number): Promise<void> {
    this.#target = this.relayed + count;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  stop(): Promise<void> {
    return this.#sockets.stop();
  }

  handleOpened(socket: SocketToken, local: AddressWords): void {
    this.#addresses[socket] = cloneAddress(local);
    if (this.#addresses[CLIENT] !== undefined && this.#addresses[PEER] !== undefined) {
      this.#wake();
    }
  }

  handleOpenFailed(_socket: SocketToken, _failure: string, message: string): void {
    throw new Error(message);
  }

  handleBatch(batch: DatagramBatch): void {
    // What comes before is the answer to the client's first request.
    if (!this.#isFlowing) {
      return;
    }
    for (let index = 0; index < batch.count; index += 1) {
      const socket = batch.sockets[index] as SocketToken;
      const offset = batch.offsets[index] as number;
      const length = batch.lengths[index] as number;
      this.#sockets.send(socket, batch.from, index * ADDRESS_WORDS, batch.bytes, offset, length, 0);
    }
    this.relayed += batch.count;
    if (this.relayed >= this.#target) {
      this.#target = Number.POSITIVE_INFINITY;
      this.#wake();
    }
  }

  handleIcmp(): void {}
}
