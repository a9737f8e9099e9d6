import { randomFillSync, randomInt } from 'node:crypto';
import type { Random } from '../base/random.ts';

/** The operating system's random numbers, for everything that must not be guessed. */
export const nodeRandom: Random = {
  fill: (target) => {
    randomFillSync(target);
  },
  below: (bound) => randomInt(bound),
};
