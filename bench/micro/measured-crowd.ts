import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Crowd, type Cycle } from './crowd.ts';

/** How often `expire` can be called. */
export const EXPIRIES = 200;
/** Clients that allocate and end their allocation, in each round. */
const CYCLING = 50;
const LIFETIME_SECONDS = 600;
const LONG_LIFETIME_SECONDS = 3_600;

/** A server with so many allocations that stay, each with a channel, and what it costs to add some and to take some away. */
export class MeasuredCrowd {
  readonly bytesPerAllocation: number;
  readonly #crowd = new Crowd();
  readonly #cycles: readonly Cycle[];
  #expired = 0;

  constructor(allocations: number) {
    for (let second = 0; second < EXPIRIES; second += 1) {
      this.#crowd.expire(second);
      this.#crowd.allocate(1, LIFETIME_SECONDS);
    }
    // Their channels end later than those above, and their lifetimes much later.
    this.#crowd.expire(EXPIRIES);
    const before = measureBytes();
    this.#crowd.allocate(allocations, LONG_LIFETIME_SECONDS);
    this.bytesPerAllocation = (measureBytes() - before) / allocations;
    this.#crowd.expire(LIFETIME_SECONDS - 1);
    this.#cycles = Array.from({ length: CYCLING }, () => this.#crowd.prepareCycle());
  }

  /** Allocations at present, those that will expire included. */
  get allocationCount(): number {
    return this.#crowd.server.allocationCount;
  }

  /** Allocations that were made on each relay address. */
  get relayAddresses(): ReadonlyMap<string, number> {
    return this.#crowd.opened;
  }

  /** Nanoseconds to end an allocation, with a channel, whose lifetime is over. */
  expire(): number {
    const seconds = LIFETIME_SECONDS + this.#expired;
    this.#expired += 1;
    return time(() => this.#crowd.expire(seconds));
  }

  /** Nanoseconds to allocate, and to end the allocation by refresh(0), both authenticated. */
  cycle(): number {
    return (
      time(() => {
        for (const cycle of this.#cycles) {
          this.#crowd.runCycle(cycle);
        }
      }) / CYCLING
    );
  }
}

function time(act: () => void): number {
  const start = process.hrtime.bigint();
  act();
  return Number(process.hrtime.bigint() - start);
}

/** Of the JavaScript heap and of typed arrays, after collections; what an array held is given back by the second. */
function measureBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
