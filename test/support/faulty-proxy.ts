import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { formatIp } from '../../src/base/ip.ts';
import { type AddressWords, portOf } from '../../src/base/socket-address.ts';

/** Everything that arrives, for a fault: what to send on in its place. */
export type Fault = (message: Buffer, way: 'to-server' | 'to-client') => readonly Buffer[];

/** A UDP proxy in front of a server that does something wrong to what passes. */
export class FaultyProxy {
  readonly port: number;
  readonly #front: Socket;
  readonly #server: AddressWords;
  readonly #fault: Fault;
  /** One socket to the server for each client. */
  readonly #backs = new Map<string, Socket>();

  private constructor(front: Socket, server: AddressWords, fault: Fault) {
    this.#front = front;
    this.#server = server;
    this.#fault = fault;
    this.port = front.address().port;
    front.on('message', (message, { address, port }) => {
      const back = this.#backs.get(`${address}:${port}`) ?? this.#openBack(address, port);
      for (const changed of this.#fault(message, 'to-server')) {
        back.send(changed, portOf(this.#server), formatIp(this.#server));
      }
    });
  }

  static async open(server: AddressWords, fault: Fault): Promise<FaultyProxy> {
    const front = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
    front.bind(0, '127.0.0.1');
    await once(front, 'listening');
    return new FaultyProxy(front, server, fault);
  }

  async close(): Promise<void> {
    const sockets = [this.#front, ...this.#backs.values()];
    await Promise.all(
      sockets.map((socket) => {
        const closed = once(socket, 'close');
        socket.close();
        return closed;
      }),
    );
  }

  #openBack(address: string, port: number): Socket {
    const back = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
    back.bind(0, '127.0.0.1');
    back.on('message', (message) => {
      for (const changed of this.#fault(message, 'to-client')) {
        this.#front.send(changed, port, address);
      }
    });
    this.#backs.set(`${address}:${port}`, back);
    return back;
  }
}
