import type { Instant } from '../base/clock.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';

/** A bucket is four numbers: when it was filled up last, what it holds, what it gains a microsecond, and what it can hold. */
const FIELDS = 4;
const FILLED_AT = 0;
const LEVEL = 1;
const RATE = 2;
const CAPACITY = 3;
/** Levels are whole millionths of a token, so that a whole number of tokens a second is a whole number a microsecond. */
const UNITS_PER_TOKEN = 1_000_000;

/** How fast a bucket fills, and how many tokens it has at most. A rate of 0 is no limit. */
export interface BucketSize {
  readonly tokensPerSecond: number;
  readonly burst: number;
}

/**
 * Token buckets by row: in any time t, no more than the burst and t times the rate is taken, and nothing is refused that
 * keeps to that. All arithmetic is on whole numbers, so that no error adds up, however small the steps are.
 */
export class TokenBuckets {
  #fields = new Float64Array(FIELDS * INITIAL_ROWS);

  /** Makes the row's bucket a full one. */
  start(row: number, size: BucketSize, now: Instant): void {
    this.#fields = growColumn(this.#fields, FIELDS * (row + 1));
    const at = FIELDS * row;
    this.#fields[at + FILLED_AT] = microseconds(now);
    this.#setSize(at, size);
    this.#fields[at + LEVEL] = this.#fields[at + CAPACITY] as number;
  }

  /** Gives the row's bucket another size from now on. What it holds stays, as far as it can hold it. */
  resize(row: number, size: BucketSize, now: Instant): void {
    const at = FIELDS * row;
    this.#fill(at, now);
    this.#setSize(at, size);
    const capacity = this.#fields[at + CAPACITY] as number;
    const isUnlimited = size.tokensPerSecond === 0;
    this.#fields[at + LEVEL] = isUnlimited ? capacity : Math.min(this.#fields[at + LEVEL] as number, capacity);
  }

  /** Takes so many tokens out of the row's bucket; false, and none taken, when there are not as many. */
  take(row: number, tokens: number, now: Instant): boolean {
    const at = FIELDS * row;
    this.#fill(at, now);
    const rest = (this.#fields[at + LEVEL] as number) - tokens * UNITS_PER_TOKEN;
    if (rest < 0) {
      return false;
    }
    this.#fields[at + LEVEL] = rest;
    return true;
  }

  /** Puts back what was taken at this very time. */
  giveBack(row: number, tokens: number): void {
    const at = FIELDS * row + LEVEL;
    this.#fields[at] = (this.#fields[at] as number) + tokens * UNITS_PER_TOKEN;
  }

  #fill(at: number, now: Instant): void {
    const fields = this.#fields;
    const nowMicroseconds = microseconds(now);
    const elapsed = nowMicroseconds - (fields[at + FILLED_AT] as number);
    // The packets of a batch come at one time.
    if (elapsed > 0) {
      const level = (fields[at + LEVEL] as number) + elapsed * (fields[at + RATE] as number);
      fields[at + LEVEL] = Math.min(level, fields[at + CAPACITY] as number);
      fields[at + FILLED_AT] = nowMicroseconds;
    }
  }

  /** A bucket without a limit holds infinitely much, of which nothing can be taken away: no packet has to ask which it is. */
  #setSize(at: number, { tokensPerSecond, burst }: BucketSize): void {
    this.#fields[at + RATE] = tokensPerSecond;
    this.#fields[at + CAPACITY] = tokensPerSecond === 0 ? Number.POSITIVE_INFINITY : burst * UNITS_PER_TOKEN;
  }
}

function microseconds(now: Instant): number {
  return Math.floor(now * 1_000);
}
