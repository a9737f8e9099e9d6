/** Draws whole numbers from 0 (included) to a bound (excluded); the same seed draws the same ones. */
export type DrawBelow = (bound: number) => number;

/** A generator of 32 bits (Marsaglia's xorshift): what it draws decides which rows there are, and guards nothing. */
export function createSeededRandom(seed: number): DrawBelow {
  let state = seed | 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}
