import { performance } from 'node:perf_hooks';
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import type { DatagramAddon, Engine } from '../../../native/index.js';
import { assert } from '../../base/assert.ts';
import { formatTransportAddress } from '../../base/ip.ts';
import { ADDRESS_WORDS, type AddressWords, cloneAddress, copyAddress } from '../../base/socket-address.ts';
import { ArrivalPauses } from './arrival-pauses.ts';
import {
  BATCH_MAX,
  type DatagramBatch,
  type DatagramHandler,
  type DatagramSockets,
  type OpenOptions,
  type SocketToken,
} from './datagram-sockets.ts';
import { assertSameLayout, NATIVE_LAYOUT } from './native-layout.ts';
import { type OpenError, OpenOutcomes } from './open-outcomes.ts';

const { QUEUE_MAX, QUEUE_WORDS, ERRORS_MAX, ERROR_WORDS, BUFFER_BYTES, PAUSE_WORDS } = NATIVE_LAYOUT;
const { OPEN_SHARED, OPEN_DONT_FRAGMENT, OPEN_ERRORS, OPEN_LARGE_BUFFER } = NATIVE_LAYOUT;

/** What most datagrams take of a receive buffer. */
const USUAL_BYTES = 2_048;
/** Room for what is sent from elsewhere than a received batch, such as an answer: the longest datagram fits. */
const FOREIGN_BYTES = 128 * 1024;

export interface NativeOptions {
  readonly backEnd: 'io_uring' | 'mmsg';
  /** Asked of the system for each socket that is to have a large buffer; it may grant less (`net.core.rmem_max`). */
  readonly receiveBufferBytes: number;
  /**
   * Receive buffers, a power of two. Each has room for the longest datagram, of which only the pages that were ever
   * written take memory.
   */
  readonly bufferCount: number;
}

/** `DatagramSockets` over the addon: one call per batch in each direction, and no object per datagram. */
export class NativeSockets implements DatagramSockets {
  readonly name: 'io_uring' | 'mmsg';
  readonly features = { dontFragment: true, icmp: true, trafficClass: true };
  sendDrops = 0;

  readonly #handler: DatagramHandler;
  readonly #engine: Engine;
  readonly #batch: DatagramBatch;
  readonly #slab: Uint8Array;
  readonly #queue = new Uint32Array(QUEUE_MAX * QUEUE_WORDS);
  readonly #errors = new Uint32Array(1 + ERRORS_MAX * ERROR_WORDS);
  readonly #icmpAddress: AddressWords = new Uint32Array(ADDRESS_WORDS);
  readonly #row: AddressWords = new Uint32Array(ADDRESS_WORDS);
  readonly #outcomes = new OpenOutcomes();
  readonly #pauses = new ArrivalPauses();
  readonly #pause = new Uint32Array(PAUSE_WORDS);
  readonly #foreignAt: number;
  #queued = 0;
  #foreignUsed = 0;
  #isScheduled = false;
  #isStopped = false;

  /** @throws {NodeJS.ErrnoException} when the system refuses the back end, or the addon was built from other sources. */
  constructor(addon: DatagramAddon, handler: DatagramHandler, options: NativeOptions) {
    assertSameLayout(addon);
    this.name = options.backEnd;
    this.#handler = handler;
    this.#foreignAt = options.bufferCount * BUFFER_BYTES;
    this.#slab = new Uint8Array(this.#foreignAt + FOREIGN_BYTES);
    // The pages are there before the first packets, each of which would have to wait for one.
    for (let at = 0; at < this.#foreignAt; at += BUFFER_BYTES) {
      this.#slab.fill(0, at, at + USUAL_BYTES);
    }
    this.#batch = {
      count: 0,
      bytes: this.#slab,
      sockets: new Uint32Array(BATCH_MAX),
      offsets: new Uint32Array(BATCH_MAX),
      lengths: new Uint32Array(BATCH_MAX),
      trafficClasses: new Uint8Array(BATCH_MAX),
      from: new Uint32Array(BATCH_MAX * ADDRESS_WORDS),
    };
    this.#engine = addon.createEngine({
      isUring: options.backEnd === 'io_uring',
      bufferCount: options.bufferCount,
      receiveBufferBytes: options.receiveBufferBytes,
      slab: this.#slab,
      sockets: this.#batch.sockets,
      offsets: this.#batch.offsets,
      lengths: this.#batch.lengths,
      trafficClasses: this.#batch.trafficClasses,
      from: this.#batch.from,
      queue: this.#queue,
      errors: this.#errors,
      pause: this.#pause,
      row: this.#row,
      onReady: (count) => this.#handleReady(count),
    });
  }

  open(token: SocketToken, options: OpenOptions): void {
    if (this.#isStopped) {
      return;
    }
    copyAddress(options.local, 0, this.#row, 0);
    const flags =
      (options.shared ? OPEN_SHARED : OPEN_ERRORS) |
      (options.dontFragment ? OPEN_DONT_FRAGMENT : 0) |
      (options.hasLargeBuffer ? OPEN_LARGE_BUFFER : 0);
    const error = this.#engine.open(token, flags);
    this.#pauses.noteChange();
    this.#outcomes.add(token, cloneAddress(this.#row), describeError(error, this.#row));
    this.#schedule();
  }

  close(token: SocketToken): void {
    if (this.#isStopped) {
      return;
    }
    this.#outcomes.drop(token);
    if (this.#isQueuedFrom(token)) {
      this.flush();
    }
    this.#engine.close(token);
    this.#pauses.noteChange();
    this.#schedule();
  }

  send(
    token: SocketToken,
    to: AddressWords,
    toAt: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    trafficClass: number,
  ): void {
    // Before anything is copied: a flush frees what the queue's rows point to.
    if (this.#queued === QUEUE_MAX) {
      this.flush();
    }
    const at = bytes === this.#slab ? offset : this.#takeForeign(bytes, offset, length);
    const queue = this.#queue;
    const row = this.#queued * QUEUE_WORDS;
    queue[row] = token;
    queue[row + 1] = at;
    queue[row + 2] = length;
    queue[row + 3] = trafficClass;
    copyAddress(to, toAt, queue, row + 4);
    this.#queued += 1;
  }

  flush(): void {
    if (this.#queued > 0) {
      this.#submit();
    }
  }

  stop(): Promise<void> {
    if (!this.#isStopped) {
      this.#isStopped = true;
      this.#engine.stop();
    }
    return Promise.resolve();
  }

  /** Copies what does not lie in the slab into it, and answers where. */
  #takeForeign(bytes: Uint8Array, offset: number, length: number): number {
    if (this.#foreignUsed + length > FOREIGN_BYTES) {
      this.flush();
    }
    const at = this.#foreignAt + this.#foreignUsed;
    this.#slab.set(bytes.subarray(offset, offset + length), at);
    this.#foreignUsed += length;
    return at;
  }

  #isQueuedFrom(token: SocketToken): boolean {
    for (let row = 0; row < this.#queued * QUEUE_WORDS; row += QUEUE_WORDS) {
      if (this.#queue[row] === token) {
        return true;
      }
    }
    return false;
  }

  #handleReady(count: number): void {
    if (count > 0) {
      this.#batch.count = count;
      this.#handler.handleBatch(this.#batch);
      this.flush();
      this.#batch.count = 0;
    }
    this.#reportErrors();
    this.#pauses.choose(performance.now(), count, this.#pause);
  }

  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#runTurn);
    }
  }

  readonly #runTurn = (): void => {
    this.#isScheduled = false;
    // After a stop there is nobody to tell.
    if (!this.#isStopped) {
      this.#outcomes.tell(this.#handler);
      this.#reportErrors();
      // Sockets that were opened or closed since the last batch are told to the kernel with what is sent, or now.
      this.#submit();
    }
  };

  /** Sends what is queued, and forgets it; after a stop it is lost. */
  #submit(): void {
    if (!this.#isStopped) {
      this.sendDrops = this.#engine.send(this.#queued);
    }
    this.#queued = 0;
    this.#foreignUsed = 0;
    if (this.#errors[0] !== 0) {
      this.#schedule();
    }
  }

  #reportErrors(): void {
    const errors = this.#errors;
    // Whoever is told of one may send, and the addon then adds more.
    for (let index = 0; index < (errors[0] as number); index++) {
      assert(index < ERRORS_MAX, 'the addon reports no more errors than there is room for');
      const row = 1 + index * ERROR_WORDS;
      copyAddress(errors, row + 1, this.#icmpAddress, 0);
      const icmp = row + 1 + ADDRESS_WORDS;
      this.#handler.handleIcmp(
        errors[row] as SocketToken,
        this.#icmpAddress,
        errors[icmp] as number,
        errors[icmp + 1] as number,
        errors[icmp + 2] as number,
      );
    }
    errors[0] = 0;
  }
}

function describeError(error: number, local: AddressWords): OpenError | undefined {
  if (error === 0) {
    return undefined;
  }
  const code = getSystemErrorName(error);
  return { code, message: `${code}: ${getSystemErrorMessage(error)} (${formatTransportAddress(local)})` };
}
