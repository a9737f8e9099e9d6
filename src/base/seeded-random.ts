import { assert } from './assert.ts';
import type { Random } from './random.ts';

/**
 * Numbers that look random and are the same for the same seed, for tests and simulations only: whoever sees some of them can
 * tell the rest. The generator is Chris Doty-Humphrey's sfc32.
 */
export class SeededRandom implements Random {
  readonly #state = new Uint32Array(4);

  /** `seed` is a whole number; its low 53 bits count. */
  constructor(seed: number) {
    assert(Number.isSafeInteger(seed), 'a seed is a whole number');
    this.#state[0] = seed >>> 0;
    this.#state[1] = Math.floor(seed / 0x100000000) >>> 0;
    this.#state[3] = 1;
    // The generator's author: twelve rounds, and the state no longer shows how alike two seeds are.
    for (let round = 0; round < 12; round += 1) {
      this.nextU32();
    }
  }

  /** The next 32 bits, unsigned. */
  nextU32(): number {
    const [a, b, c, counter] = this.#state as unknown as [number, number, number, number];
    const result = (a + b + counter) >>> 0;
    this.#state[3] = counter + 1;
    this.#state[0] = b ^ (b >>> 9);
    this.#state[1] = c + (c << 3);
    this.#state[2] = ((c << 21) | (c >>> 11)) + result;
    return result;
  }

  fill(target: Uint8Array): void {
    for (let at = 0; at < target.length; at += 1) {
      target[at] = this.nextU32() >>> 24;
    }
  }

  below(bound: number): number {
    assert(Number.isInteger(bound) && bound >= 1 && bound <= 0x100000000, 'a bound is 1 to 2^32');
    // What lies past the last whole multiple of the bound is drawn again, or small numbers would come more often.
    const limit = 0x100000000 - (0x100000000 % bound);
    for (;;) {
      const value = this.nextU32();
      if (value < limit) {
        return value % bound;
      }
    }
  }
}
