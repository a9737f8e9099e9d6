/** Buckets of each doubling; a value is off by half a bucket at most, which is less than a hundredth of it. */
const BUCKETS_PER_DOUBLING = 64;
const BUCKET_BITS = 6;
const DOUBLINGS = 32 - BUCKET_BITS;

/**
 * Counts whole numbers from 0 to 2^32 - 1 in buckets that are exact up to 64 and grow with the value from there (log-linear), so that one
 * fixed table holds microseconds and seconds to the same relative precision, and adding costs a few instructions.
 */
export class LatencyHistogram {
  count = 0;
  max = 0;
  readonly #counts = new Float64Array((DOUBLINGS + 1) * BUCKETS_PER_DOUBLING);

  add(value: number): void {
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.count += 1;
    if (value > this.max) {
      this.max = value;
    }
  }

  /**
   * The value that a `share` of the samples does not exceed, 0 < `share` ≤ 1: the middle of its bucket, and never above `max`.
   * 0 without samples.
   */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) {
      seen += this.#counts[bucket] as number;
      if (seen >= wanted) {
        return Math.min(middleOf(bucket), this.max);
      }
    }
    return this.max;
  }

  clear(): void {
    this.#counts.fill(0);
    this.count = 0;
    this.max = 0;
  }
}

function bucketOf(value: number): number {
  if (value < BUCKETS_PER_DOUBLING) {
    return value;
  }
  const exponent = 31 - Math.clz32(value);
  const within = (value >>> (exponent - BUCKET_BITS)) & (BUCKETS_PER_DOUBLING - 1);
  return (exponent - BUCKET_BITS + 1) * BUCKETS_PER_DOUBLING + within;
}

function middleOf(bucket: number): number {
  if (bucket < BUCKETS_PER_DOUBLING) {
    return bucket;
  }
  const exponent = Math.floor(bucket / BUCKETS_PER_DOUBLING) + BUCKET_BITS - 1;
  const width = 2 ** (exponent - BUCKET_BITS);
  return 2 ** exponent + (bucket % BUCKETS_PER_DOUBLING) * width + (width - 1) / 2;
}
