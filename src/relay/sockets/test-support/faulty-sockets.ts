import type { AddressWords } from '../../../base/socket-address.ts';
import type { DatagramHandler, SocketToken } from '../datagram-sockets.ts';
import { DgramSockets } from '../dgram-sockets.ts';

/** What becomes of a datagram that is sent: it arrives, gets lost, or arrives with other bytes. */
export type Delivery = 'whole' | 'lost' | 'changed';

/** Sockets that work, but for what they send. */
export class FaultySockets extends DgramSockets {
  readonly #delivery: Delivery;

  constructor(handler: DatagramHandler, delivery: Delivery) {
    super(handler, { receiveBufferBytes: 65_536 });
    this.#delivery = delivery;
  }

  override send(
    socket: SocketToken,
    to: AddressWords,
    toAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    if (this.#delivery !== 'lost') {
      bytes[offset] = (bytes[offset] as number) ^ (this.#delivery === 'changed' ? 1 : 0);
      super.send(socket, to, toAt, bytes, offset, length);
    }
  }
}
