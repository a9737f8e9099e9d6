import assert from 'node:assert/strict';
import { parseIp } from '../../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, cloneAddress } from '../../../base/socket-address.ts';
import {
  BATCH_MAX,
  type DatagramBatch,
  type DatagramHandler,
  type DatagramSockets,
  HEADROOM_BYTES,
  type OpenFailure,
  type OpenOptions,
  type SocketToken,
  TAILROOM_BYTES,
} from '../datagram-sockets.ts';

const DEFAULT_LOCAL = parseIp('127.0.0.1') as AddressWords;

export interface Received {
  readonly socket: number;
  readonly from: AddressWords;
  readonly payload: Buffer;
  readonly trafficClass: number;
}

/** Records what the sockets report, and lets a test wait for it. */
class Recorder implements DatagramHandler {
  readonly opened = new Map<number, AddressWords>();
  readonly failed = new Map<number, OpenFailure>();
  readonly received: Received[] = [];
  readonly batchSizes: number[] = [];
  isInCall = false;
  onDatagram: (socket: SocketToken, batch: DatagramBatch, index: number) => void = () => {};
  onIcmp: (socket: SocketToken, to: AddressWords) => void = () => {};
  #waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  handleOpened(socket: SocketToken, local: AddressWords): void {
    assert.equal(this.isInCall, false, 'handleOpened came from within a call');
    this.opened.set(socket, cloneAddress(local));
    this.#wake();
  }

  handleOpenFailed(socket: SocketToken, failure: OpenFailure, message: string): void {
    assert.equal(this.isInCall, false, 'handleOpenFailed came from within a call');
    assert.notEqual(message, '');
    this.failed.set(socket, failure);
    this.#wake();
  }

  handleBatch(batch: DatagramBatch): void {
    assert.equal(this.isInCall, false, 'handleBatch came from within a call');
    assert.ok(batch.count > 0 && batch.count <= BATCH_MAX, `${batch.count} datagrams in a batch`);
    this.batchSizes.push(batch.count);
    assertApart(batch);
    for (let index = 0; index < batch.count; index++) {
      const offset = batch.offsets[index] as number;
      const length = batch.lengths[index] as number;
      this.received.push({
        socket: batch.sockets[index] as number,
        from: batch.from.slice(index * ADDRESS_WORDS, (index + 1) * ADDRESS_WORDS),
        payload: Buffer.from(batch.bytes.subarray(offset, offset + length)),
        trafficClass: batch.trafficClasses[index] as number,
      });
      // Whoever handles a datagram may write around it; the others must not be touched by that.
      batch.bytes.fill(0xee, offset - HEADROOM_BYTES, offset);
      batch.bytes.fill(0xee, offset + length, offset + length + TAILROOM_BYTES);
      this.onDatagram(batch.sockets[index] as SocketToken, batch, index);
    }
    this.#wake();
  }

  handleIcmp(socket: SocketToken, to: AddressWords): void {
    this.onIcmp(socket, cloneAddress(to));
  }

  /** Resolves when `isMet`; the test runner's time limit ends a wait in vain. */
  async until(isMet: () => boolean): Promise<void> {
    if (!isMet()) {
      await new Promise<void>((resolve) => this.#waiting.push({ isMet, resolve }));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) {
      if (entry.isMet()) {
        entry.resolve();
      } else {
        this.#waiting.push(entry);
      }
    }
  }
}

/** Every datagram has its head- and tailroom to itself. */
function assertApart(batch: DatagramBatch): void {
  const ranges = Array.from({ length: batch.count }, (_, index) => {
    const offset = batch.offsets[index] as number;
    return [offset - HEADROOM_BYTES, offset + (batch.lengths[index] as number) + TAILROOM_BYTES] as const;
  }).sort(([a], [b]) => a - b);
  let freeFrom = 0;
  for (const [from, end] of ranges) {
    assert.ok(from >= freeFrom, 'the room around a datagram is its own');
    freeFrom = end;
  }
  assert.ok(freeFrom <= batch.bytes.length, 'the last tailroom is there');
}

/** A recorder and the sockets it belongs to, with the calls a test makes. */
export class DatagramBench {
  readonly recorder = new Recorder();
  readonly sockets: DatagramSockets;

  constructor(create: (handler: DatagramHandler) => DatagramSockets) {
    this.sockets = create(this.recorder);
  }

  open(token: number, options: Partial<OpenOptions> = {}): void {
    this.#call(() =>
      this.sockets.open(token as SocketToken, {
        local: DEFAULT_LOCAL,
        shared: false,
        dontFragment: false,
        ...options,
      }),
    );
  }

  close(token: number): void {
    this.#call(() => this.sockets.close(token as SocketToken));
  }

  /** Opens, and waits for the bound address. */
  async opened(token: number, options: Partial<OpenOptions> = {}): Promise<AddressWords> {
    this.open(token, options);
    await this.recorder.until(() => this.recorder.opened.has(token) || this.recorder.failed.has(token));
    assert.equal(this.recorder.failed.get(token), undefined);
    return this.recorder.opened.get(token) as AddressWords;
  }

  send(token: number, to: AddressWords, payload: Uint8Array, trafficClass = 0): void {
    // The payload stands in the middle of a larger buffer that is overwritten after the flush, as the real callers do.
    const bytes = new Uint8Array(payload.length + 20).fill(0xaa);
    bytes.set(payload, 10);
    this.#call(() => {
      this.sockets.send(token as SocketToken, to, 0, bytes, 10, payload.length, trafficClass);
      this.sockets.flush();
    });
    bytes.fill(0xbb);
  }

  /** Queues all of them, and submits them at once. */
  sendTogether(sends: readonly (readonly [token: number, to: AddressWords, text: string])[]): void {
    this.#call(() => {
      for (const [token, to, text] of sends) {
        const bytes = Buffer.from(text);
        this.sockets.send(token as SocketToken, to, 0, bytes, 0, bytes.length, 0);
      }
      this.sockets.flush();
    });
  }

  async receivedBy(token: number, count: number): Promise<readonly Received[]> {
    const ofToken = () => this.recorder.received.filter((datagram) => datagram.socket === token);
    await this.recorder.until(() => ofToken().length >= count);
    return ofToken();
  }

  #call(run: () => void): void {
    this.recorder.isInCall = true;
    run();
    this.recorder.isInCall = false;
  }
}
