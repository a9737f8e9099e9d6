import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { formatIp, parseIp } from '../../src/base/ip.ts';
import { type AddressWords, familyOf, IPV4, portOf, withPort } from '../../src/base/socket-address.ts';

/** A datagram that a peer received. */
export interface PeerDatagram {
  readonly from: AddressWords;
  readonly payload: Uint8Array;
}

/** A peer for tests: a UDP socket on loopback, whose datagrams wait in order for `receive`. */
export class UdpPeer {
  readonly address: AddressWords;
  readonly #socket: Socket;
  readonly #received: PeerDatagram[] = [];
  readonly #waiting: ((datagram: PeerDatagram) => void)[] = [];

  private constructor(socket: Socket, address: AddressWords) {
    this.#socket = socket;
    this.address = address;
    socket.on('message', (payload, from) =>
      this.#deliver({ from: withPort(parseIp(from.address) as AddressWords, from.port), payload }),
    );
  }

  /** Binds `host`; port 0 lets the system choose. */
  static async open(host = '127.0.0.1', port = 0): Promise<UdpPeer> {
    const address = parseIp(host) as AddressWords;
    const socket = createSocket({ type: familyOf(address) === IPV4 ? 'udp4' : 'udp6', recvBufferSize: 1024 * 1024 });
    socket.bind(port, host);
    try {
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      throw error;
    }
    return new UdpPeer(socket, withPort(address, socket.address().port));
  }

  /** Datagrams that `receive` has not taken. */
  get unreadCount(): number {
    return this.#received.length;
  }

  send(to: AddressWords, payload: Uint8Array): void {
    this.#socket.send(payload, portOf(to), formatIp(to));
  }

  /** The next datagram. */
  receive(): Promise<PeerDatagram> {
    const received = this.#received.shift();
    return received === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(received);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #deliver(datagram: PeerDatagram): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#received.push(datagram);
    } else {
      waiting(datagram);
    }
  }
}
