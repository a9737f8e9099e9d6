import type { Instant } from '../../../src/base/clock.ts';
import type { Draw } from '../draw.ts';
import type { EventQueue } from '../event-queue.ts';
import type { Network } from './network.ts';

/** The receiving end of a stream. */
export interface StreamReceiver {
  receive(bytes: Uint8Array): void;
  /** The other end has closed; nothing follows. */
  ended(): void;
}

/** Bytes of a segment, at most: what one Ethernet frame carries of TCP. */
const SEGMENT_BYTES_MAX = 1460;
/** Probability that a write is cut somewhere else than at the largest segment. */
const CUT_RATE = 0.2;

/** One direction of a stream connection: everything arrives, in order, cut where it happens to be cut. */
export class StreamPipe {
  readonly #queue: EventQueue;
  readonly #draw: Draw;
  readonly #network: Network;
  readonly #receiver: StreamReceiver;
  #lastArrival = 0 as Instant;
  #isEnded = false;

  constructor(queue: EventQueue, draw: Draw, network: Network, receiver: StreamReceiver) {
    this.#queue = queue;
    this.#draw = draw;
    this.#network = network;
    this.#receiver = receiver;
  }

  /** Sends bytes, which belong to the pipe from now on. */
  write(bytes: Uint8Array): void {
    this.#network.sent += 1;
    let at = 0;
    while (at < bytes.length) {
      const whole = Math.min(bytes.length - at, SEGMENT_BYTES_MAX);
      const length = this.#draw.chance(CUT_RATE) ? this.#draw.integer(1, whole) : whole;
      const segment = bytes.subarray(at, at + length);
      this.#deliver(() => this.#receiver.receive(segment));
      at += length;
    }
  }

  /** Closes this direction, behind everything written. */
  end(): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#deliver(() => this.#receiver.ended());
    }
  }

  #deliver(run: () => void): void {
    this.#lastArrival = Math.max(this.#lastArrival, this.#queue.now + this.#network.drawDelayMs()) as Instant;
    this.#queue.scheduleAt(this.#lastArrival, run);
  }
}
