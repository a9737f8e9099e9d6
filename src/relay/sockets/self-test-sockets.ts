import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { formatIp, parseIp } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, familyOf, IPV4, portOf, sameIp } from '../../base/socket-address.ts';
import { listOwnAddresses } from '../own-addresses.ts';
import { BackEndFailure } from './back-end-failure.ts';
import type { DatagramBatch, DatagramHandler, DatagramSockets, OpenFailure, SocketToken } from './datagram-sockets.ts';

/** A datagram over loopback takes microseconds; a machine that has just been started may be busy. */
const LIMIT_MS = 2_000;
/** So long is nothing asked of the back end: it has to wake up by itself, and not because something is sent. */
const IDLE_TURNS = 5;
const SOCKET = 0 as SocketToken;
const PAYLOAD = Buffer.from('taciturn tests itself');

/**
 * Proves that a back end works on this machine: on each loopback address, a socket of Node's own sends to one of the
 * back end, which sends the datagram back. That a system call exists says little: a sandbox may refuse it, or ignore a
 * flag.
 * @throws {BackEndFailure} when something else comes back, or nothing within `limitMs`.
 */
export async function selfTestSockets(
  create: (handler: DatagramHandler) => DatagramSockets,
  limitMs: number = LIMIT_MS,
): Promise<void> {
  for (const loopback of listLoopbacks()) {
    const where = `${familyOf(loopback) === IPV4 ? 'IPv4' : 'IPv6'} loopback`;
    const echo = new Echo(create, where);
    const peer = createSocket(familyOf(loopback) === IPV4 ? 'udp4' : 'udp6');
    const limit = new AbortController();
    const isLate = delay(limitMs, undefined, { signal: limit.signal }).then(() => {
      throw new BackEndFailure('self_test_failed', `nothing came back over ${where} within ${limitMs} ms`);
    });
    try {
      await Promise.race([exchange(echo, peer, loopback), isLate]);
    } finally {
      limit.abort();
      isLate.catch(() => {});
      peer.close();
      await echo.sockets.stop();
    }
  }
}

/** The loopback addresses that this machine has. */
function listLoopbacks(): readonly AddressWords[] {
  const loopback6 = parseIp('::1') as AddressWords;
  const hasIpv6 = listOwnAddresses().some((address) => sameIp(address, 0, loopback6, 0));
  return [parseIp('127.0.0.1') as AddressWords, ...(hasIpv6 ? [loopback6] : [])];
}

async function exchange(echo: Echo, peer: Socket, loopback: AddressWords): Promise<void> {
  peer.bind(0, formatIp(loopback));
  await once(peer, 'listening');
  const port = await echo.open(loopback);
  peer.connect(port, formatIp(loopback));
  await once(peer, 'connect');
  for (let turn = 0; turn < IDLE_TURNS; turn++) {
    await nextTurn();
  }
  peer.send(PAYLOAD);
  const [answer] = (await Promise.race([once(peer, 'message'), echo.failed])) as [Buffer];
  if (!answer.equals(PAYLOAD)) {
    throw new BackEndFailure('self_test_failed', `other bytes than were sent came back over ${echo.where}`);
  }
}

/** A socket of the back end that sends back whatever it receives. */
class Echo implements DatagramHandler {
  readonly sockets: DatagramSockets;
  readonly where: string;
  /** Never resolves. */
  readonly failed: Promise<never>;
  readonly #opened = Promise.withResolvers<number>();
  readonly #failure = Promise.withResolvers<never>();

  constructor(create: (handler: DatagramHandler) => DatagramSockets, where: string) {
    this.where = where;
    this.failed = this.#failure.promise;
    this.failed.catch(() => {});
    this.sockets = create(this);
  }

  /** The port that it is bound to. */
  async open(local: AddressWords): Promise<number> {
    this.sockets.open(SOCKET, { local, shared: false, dontFragment: false });
    return Promise.race([this.#opened.promise, this.failed]);
  }

  handleOpened(_socket: SocketToken, local: AddressWords): void {
    this.#opened.resolve(portOf(local));
  }

  handleOpenFailed(_socket: SocketToken, failure: OpenFailure, message: string): void {
    this.#fail(`no socket could be bound on ${this.where} (${failure}: ${message})`);
  }

  handleBatch(batch: DatagramBatch): void {
    for (let index = 0; index < batch.count; index++) {
      const offset = batch.offsets[index] as number;
      this.sockets.send(
        batch.sockets[index] as SocketToken,
        batch.from,
        index * ADDRESS_WORDS,
        batch.bytes,
        offset,
        batch.lengths[index] as number,
        batch.trafficClasses[index] as number,
      );
    }
  }

  handleIcmp(): void {
    this.#fail(`the system reported an ICMP error over ${this.where}`);
  }

  #fail(message: string): void {
    this.#failure.reject(new BackEndFailure('self_test_failed', message));
  }
}
