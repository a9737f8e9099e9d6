import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import { IndexSet } from './index-set.ts';

/** What `take…` returns when no port of the kind is free. */
export const NO_PORT = -1;

/** Which part of a port range a worker owns. */
export interface PortRange {
  /** First and last port, both included. */
  readonly min: number;
  readonly max: number;
}

/** Which worker of how many. */
export interface WorkerShare {
  readonly index: number;
  readonly count: number;
}

/**
 * The free ports of one relay address in one worker. Ports come in pairs of an even one and the next; every `count`th pair is
 * this worker's, so that a pair for RTP and RTCP is never split. A port is picked uniformly from those that are free, which
 * makes it as unpredictable as `random` (RFC 8656 §7.2, RFC 6056), in constant time however full the range is.
 */
export class PortPool {
  readonly #range: PortRange;
  readonly #share: WorkerShare;
  readonly #random: Random;
  /** The even port of the range's first pair; it lies before the range when that begins with an odd port. */
  readonly #base: number;
  readonly #pairCount: number;
  readonly #freeEven: IndexSet;
  readonly #freeOdd: IndexSet;
  /** Pairs of which both ports are free. */
  readonly #freeWhole: IndexSet;
  readonly #portCount: number;

  constructor(range: PortRange, share: WorkerShare, random: Random) {
    assert(range.min <= range.max && range.max <= 0xffff, 'a port range is not empty');
    assert(share.index >= 0 && share.index < share.count, 'a worker has its share');
    this.#range = range;
    this.#share = share;
    this.#random = random;
    this.#base = range.min & ~1;
    const pairsInRange = (range.max >>> 1) - (range.min >>> 1) + 1;
    this.#pairCount = Math.max(0, Math.ceil((pairsInRange - share.index) / share.count));
    this.#freeEven = new IndexSet(this.#pairCount);
    this.#freeOdd = new IndexSet(this.#pairCount);
    this.#freeWhole = new IndexSet(this.#pairCount);
    for (let pair = 0; pair < this.#pairCount; pair += 1) {
      this.#release(this.#evenPort(pair));
      this.#release(this.#evenPort(pair) + 1);
    }
    this.#portCount = this.freeCount;
  }

  /** Ports that are free. */
  get freeCount(): number {
    return this.#freeEven.size + this.#freeOdd.size;
  }

  /** Ports that were taken and not given back. */
  get takenCount(): number {
    return this.#portCount - this.freeCount;
  }

  /** Takes any port. */
  take(): number {
    if (this.freeCount === 0) {
      return NO_PORT;
    }
    const place = this.#random.below(this.freeCount);
    const evenCount = this.#freeEven.size;
    const port =
      place < evenCount
        ? this.#evenPort(this.#freeEven.at(place))
        : this.#evenPort(this.#freeOdd.at(place - evenCount)) + 1;
    this.#occupy(port);
    return port;
  }

  /** Takes a port with an even number (EVEN-PORT without its R bit, RFC 8656 §7.2). */
  takeEven(): number {
    if (this.#freeEven.size === 0) {
      return NO_PORT;
    }
    const port = this.#evenPort(this.#freeEven.at(this.#random.below(this.#freeEven.size)));
    this.#occupy(port);
    return port;
  }

  /** Takes an even port and the next one, and returns the even one (EVEN-PORT with its R bit, RFC 8656 §7.2). */
  takePair(): number {
    if (this.#freeWhole.size === 0) {
      return NO_PORT;
    }
    const port = this.#evenPort(this.#freeWhole.at(this.#random.below(this.#freeWhole.size)));
    this.#occupy(port);
    this.#occupy(port + 1);
    return port;
  }

  /** Gives back a port that was taken from this pool. */
  give(port: number): void {
    assert(this.#isOwn(port) && !this.isFree(port), 'only a port that was taken is given back');
    this.#release(port);
  }

  /** Whether the port is this pool's and free. */
  isFree(port: number): boolean {
    const free = port % 2 === 0 ? this.#freeEven : this.#freeOdd;
    return this.#isOwn(port) && free.has(this.#pairOf(port));
  }

  #occupy(port: number): void {
    const pair = this.#pairOf(port);
    (port % 2 === 0 ? this.#freeEven : this.#freeOdd).remove(pair);
    this.#freeWhole.remove(pair);
  }

  #release(port: number): void {
    if (port < this.#range.min || port > this.#range.max) {
      return;
    }
    const pair = this.#pairOf(port);
    (port % 2 === 0 ? this.#freeEven : this.#freeOdd).add(pair);
    if (this.#freeEven.has(pair) && this.#freeOdd.has(pair)) {
      this.#freeWhole.add(pair);
    }
  }

  #evenPort(pair: number): number {
    return this.#base + 2 * (pair * this.#share.count + this.#share.index);
  }

  #pairOf(port: number): number {
    return (((port - this.#base) >> 1) - this.#share.index) / this.#share.count;
  }

  #isOwn(port: number): boolean {
    const pair = this.#pairOf(port);
    return port >= this.#range.min && port <= this.#range.max && Number.isInteger(pair) && pair >= 0;
  }
}
