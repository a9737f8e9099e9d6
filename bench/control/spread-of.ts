/** How a number of measured times is spread. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** By the nearest rank, of one time or more. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
