import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { assert } from '../../base/assert.ts';
import {
  ADDRESS_WORDS,
  type AddressWords,
  cloneAddress,
  familyOf,
  IPV4,
  IPV6,
  portOf,
} from '../../base/socket-address.ts';
import { AddressTexts } from './address-texts.ts';
import {
  BATCH_MAX,
  type DatagramBatch,
  type DatagramHandler,
  type DatagramSockets,
  HEADROOM_BYTES,
  type OpenOptions,
  type SocketToken,
  TAILROOM_BYTES,
} from './datagram-sockets.ts';
import { OpenOutcomes } from './open-outcomes.ts';

/** Payload bytes of one batch with their head- and tailroom; the longest datagram fits. A batch ends when it is full. */
const SLAB_BYTES = 256 * 1024;
/** Bytes that Node may hold for one socket whose buffer is full; what comes on top is dropped, as the kernel would. */
const SEND_QUEUE_BYTES_MAX = 256 * 1024;

export interface DgramOptions {
  /** Asked of the system for each socket that is to have a large buffer; it may grant less (`net.core.rmem_max`). */
  readonly receiveBufferBytes: number;
}

/**
 * `DatagramSockets` over `node:dgram`: it runs anywhere, and costs two system calls and a callback per packet. Node can
 * neither set DF, nor report an ICMP error, nor tell a traffic class, so it has none of the features.
 *
 * A batch is what arrived in one turn of the event loop: libuv hands over every readable socket's datagrams, then
 * `setImmediate` runs in the same turn.
 */
export class DgramSockets implements DatagramSockets {
  readonly name = 'dgram';
  readonly features = { dontFragment: false, icmp: false, trafficClass: false };
  sendDrops = 0;

  readonly #handler: DatagramHandler;
  readonly #options: DgramOptions;
  readonly #sockets: (Socket | undefined)[] = [];
  readonly #families: number[] = [];
  readonly #outcomes = new OpenOutcomes();
  readonly #texts = new AddressTexts();
  readonly #batch: DatagramBatch = {
    count: 0,
    bytes: new Uint8Array(SLAB_BYTES),
    sockets: new Uint32Array(BATCH_MAX),
    offsets: new Uint32Array(BATCH_MAX),
    lengths: new Uint32Array(BATCH_MAX),
    trafficClasses: new Uint8Array(BATCH_MAX),
    from: new Uint32Array(BATCH_MAX * ADDRESS_WORDS),
  };
  #used = 0;
  #isDelivering = false;
  #isScheduled = false;

  constructor(handler: DatagramHandler, options: DgramOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  open(token: SocketToken, options: OpenOptions): void {
    const local = cloneAddress(options.local);
    const family = familyOf(local);
    const socket = createSocket({
      type: family === IPV4 ? 'udp4' : 'udp6',
      lookup: family === IPV4 ? answerIpv4 : answerIpv6,
      ipv6Only: family === IPV6,
      reusePort: options.shared,
      ...(options.hasLargeBuffer ? { recvBufferSize: this.#options.receiveBufferBytes } : {}),
    });
    let bindError: NodeJS.ErrnoException | undefined;
    // After the bind, an error is one of receiving (Windows reports a peer's closed port so); the datagram is lost, no more.
    socket.on('error', (error) => {
      bindError = error;
    });
    socket.on('message', (message, from) => this.#receive(token, message, from));
    // With a `lookup` that answers at once, `bind` is done when it returns.
    socket.bind({ address: this.#texts.textOf(local, 0), port: portOf(local), exclusive: true });
    if (bindError === undefined && portOf(local) === 0) {
      this.#texts.write(socket.address().address, socket.address().port, local, 0);
    }
    if (bindError === undefined) {
      this.#sockets[token] = socket;
      this.#families[token] = family;
    } else {
      socket.close();
    }
    this.#outcomes.add(token, local, bindError && { code: bindError.code, message: bindError.message });
    this.#schedule();
  }

  close(token: SocketToken): void {
    this.#outcomes.drop(token);
    const socket = this.#sockets[token];
    if (socket !== undefined) {
      this.#sockets[token] = undefined;
      socket.close();
      if (!this.#isDelivering) {
        this.#dropReceived(token);
      }
    }
  }

  send(token: SocketToken, to: AddressWords, toAt: number, bytes: Uint8Array, offset: number, length: number): void {
    const socket = this.#sockets[token];
    const port = portOf(to, toAt);
    if (
      socket === undefined ||
      port === 0 ||
      familyOf(to, toAt) !== this.#families[token] ||
      socket.getSendQueueSize() > SEND_QUEUE_BYTES_MAX
    ) {
      this.sendDrops += 1;
      return;
    }
    // Node keeps the buffer when the socket would block, and the caller's is reused: it gets a copy.
    const copy = Buffer.from(bytes.subarray(offset, offset + length));
    socket.send(copy, 0, length, port, this.#texts.textOf(to, toAt), this.#countDrop);
  }

  flush(): void {
    // Every send was a system call of its own already.
  }

  async stop(): Promise<void> {
    const closed: Promise<void>[] = [];
    for (const [token, socket] of this.#sockets.entries()) {
      if (socket !== undefined) {
        closed.push(new Promise((resolve) => socket.once('close', resolve)));
        this.close(token as SocketToken);
      }
    }
    await Promise.all(closed);
  }

  readonly #countDrop = (error: Error | null): void => {
    if (error !== null) {
      this.sendDrops += 1;
    }
  };

  #receive(token: SocketToken, message: Buffer, from: RemoteInfo): void {
    const batch = this.#batch;
    if (this.#used + HEADROOM_BYTES + message.length + TAILROOM_BYTES > SLAB_BYTES) {
      this.#deliver();
    }
    const index = batch.count;
    const isAddress = this.#texts.write(from.address, from.port, batch.from, index * ADDRESS_WORDS);
    assert(isAddress, 'the system names a sender by its IP address');
    const offset = this.#used + HEADROOM_BYTES;
    batch.bytes.set(message, offset);
    batch.sockets[index] = token;
    batch.offsets[index] = offset;
    batch.lengths[index] = message.length;
    batch.count = index + 1;
    this.#used = offset + message.length + TAILROOM_BYTES;
    if (batch.count === BATCH_MAX) {
      this.#deliver();
    } else {
      this.#schedule();
    }
  }

  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#runTurn);
    }
  }

  readonly #runTurn = (): void => {
    this.#isScheduled = false;
    this.#outcomes.tell(this.#handler);
    this.#deliver();
  };

  #deliver(): void {
    if (this.#batch.count > 0) {
      this.#isDelivering = true;
      this.#handler.handleBatch(this.#batch);
      this.#isDelivering = false;
      this.#batch.count = 0;
      this.#used = 0;
      this.flush();
    }
  }

  /** Takes what `token` received, and nobody has seen, out of the batch that is being collected. */
  #dropReceived(token: SocketToken): void {
    const batch = this.#batch;
    let kept = 0;
    for (let index = 0; index < batch.count; index++) {
      if (batch.sockets[index] !== token) {
        batch.sockets[kept] = batch.sockets[index] as number;
        batch.offsets[kept] = batch.offsets[index] as number;
        batch.lengths[kept] = batch.lengths[index] as number;
        batch.from.copyWithin(kept * ADDRESS_WORDS, index * ADDRESS_WORDS, (index + 1) * ADDRESS_WORDS);
        kept += 1;
      }
    }
    batch.count = kept;
  }
}

type LookupCallback = (error: null, address: string, family: number) => void;

/** Addresses are literals here: no resolver, no thread pool, and the answer comes before `lookup` returns. */
function answerIpv4(host: string, _options: object, callback: LookupCallback): void {
  callback(null, host, IPV4);
}

function answerIpv6(host: string, _options: object, callback: LookupCallback): void {
  callback(null, host, IPV6);
}
