/** Unpredictable bytes, given to the pure core as an argument; seeded in tests and simulations. */
export interface Random {
  /** Fills `target` whole. */
  fill(target: Uint8Array): void;
  /** A whole number, uniform in 0 (included) to `bound` (excluded), 1 ≤ `bound` ≤ 2^32. */
  below(bound: number): number;
}
