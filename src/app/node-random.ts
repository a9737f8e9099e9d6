import { randomFillSync, randomInt } from 'node:crypto';
import type { Random } from '../base/random.ts';

/** Asking the system costs microseconds, however few bytes are wanted. */
const POOL_BYTES = 4_096;

const pool = new Uint8Array(POOL_BYTES);
/** What is behind it has not been given out yet. */
let taken = POOL_BYTES;

/** The operating system's random numbers, for everything that must not be guessed. */
export const nodeRandom: Random = {
  fill: (target) => {
    if (target.length > POOL_BYTES) {
      randomFillSync(target);
      return;
    }
    if (target.length > POOL_BYTES - taken) {
      randomFillSync(pool);
      taken = 0;
    }
    const end = taken + target.length;
    target.set(pool.subarray(taken, end));
    // What was given out may be a secret, and is kept by nobody else.
    pool.fill(0, taken, end);
    taken = end;
  },
  below: (bound) => randomInt(bound),
};
