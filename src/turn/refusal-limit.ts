import type { Instant } from '../base/clock.ts';
import { REFUSAL_ROWS, REFUSAL_ROWS_PER_SET } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { type AddressWords, familyOf, IPV4 } from '../base/socket-address.ts';
import { COUNTER } from './counter.ts';
import { TokenBuckets } from './token-buckets.ts';

const SETS = REFUSAL_ROWS / REFUSAL_ROWS_PER_SET;
/** A bucket that was not used for so long is full again, and nothing is lost with it. */
const REMEMBERED_MS = 1_000;

/**
 * How often one address is refused something over UDP without having shown that it is who it claims to be: whoever forges an
 * address would have us send to its owner. An IPv6 /64 counts as one address.
 *
 * The table has a fixed size. In each of its sets the row that was used longest ago makes room, so that an address that is being
 * flooded stays. A row that goes before its second is over is counted: then more addresses ask than the table has room for.
 */
export class RefusalLimit {
  readonly #perSecond: number;
  readonly #counters: Float64Array;
  /** Who forges addresses must not choose which of them share a set. */
  readonly #seed: number;
  readonly #buckets = new TokenBuckets();
  /** Two words of each row: the IPv4 address and 0, or the IPv6 prefix. */
  readonly #keys = new Uint32Array(2 * REFUSAL_ROWS);
  readonly #families = new Uint8Array(REFUSAL_ROWS);
  readonly #usedAt = new Float64Array(REFUSAL_ROWS).fill(Number.NEGATIVE_INFINITY);

  /** With 0 a second, there is no limit. */
  constructor(perSecond: number, counters: Float64Array, random: Random) {
    this.#perSecond = perSecond;
    this.#counters = counters;
    this.#seed = random.below(0x1_0000_0000);
  }

  /** Counts a refusal that is about to be sent to the address at `at`; false when it may not be. */
  mayRefuse(client: AddressWords, at: number, now: Instant): boolean {
    if (this.#perSecond === 0) {
      return true;
    }
    const family = familyOf(client, at);
    const high = client[at + 1] as number;
    const low = family === IPV4 ? 0 : (client[at + 2] as number);
    const first = this.#setOf(high, low) * REFUSAL_ROWS_PER_SET;
    let row = first;
    for (let other = first; other < first + REFUSAL_ROWS_PER_SET; other += 1) {
      if (this.#families[other] === family && this.#keys[2 * other] === high && this.#keys[2 * other + 1] === low) {
        this.#usedAt[other] = now;
        return this.#buckets.take(other, 1, now);
      }
      row = (this.#usedAt[other] as number) < (this.#usedAt[row] as number) ? other : row;
    }
    this.#replace(row, now);
    this.#families[row] = family;
    this.#keys[2 * row] = high;
    this.#keys[2 * row + 1] = low;
    return this.#buckets.take(row, 1, now);
  }

  #replace(row: number, now: Instant): void {
    if ((this.#usedAt[row] as number) > now - REMEMBERED_MS) {
      const place = COUNTER.refusal_rows_replaced;
      this.#counters[place] = (this.#counters[place] as number) + 1;
    }
    this.#usedAt[row] = now;
    this.#buckets.start(row, { tokensPerSecond: this.#perSecond, burst: this.#perSecond }, now);
  }

  #setOf(high: number, low: number): number {
    let hash = Math.imul(high ^ this.#seed, 0x9e3779b1);
    hash = Math.imul((hash ^ (hash >>> 15) ^ low) + this.#seed, 0x85ebca77);
    return ((hash ^ (hash >>> 13)) >>> 0) % SETS;
  }
}
