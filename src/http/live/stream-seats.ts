import { LIVE_STREAMS_MAX, LIVE_STREAMS_PER_ACCOUNT_MAX, LIVE_STREAMS_PER_TOKEN_MAX } from '../../base/limits.ts';
import { HttpProblem } from '../problem.ts';

/** Nobody knows when a stream ends; a reader that came too early once more costs little after so long. */
const RETRY_AFTER = { headers: { 'retry-after': '30' } };

/** How many live streams are open: by token, by account and in all. */
export class StreamSeats {
  readonly #byToken = new Map<string, number>();
  readonly #byAccount = new Map<string, number>();
  #taken = 0;

  /**
   * Counts one stream more. @returns what counts it less; it is called once.
   * @throws {HttpProblem} `too_many_streams`, `too_many_account_streams`, `unavailable`: nothing is counted then.
   */
  take(tokenId: string, accountId: string): () => void {
    if (countOf(this.#byToken, tokenId) >= LIVE_STREAMS_PER_TOKEN_MAX) {
      throw new HttpProblem('too_many_streams', RETRY_AFTER);
    }
    if (countOf(this.#byAccount, accountId) >= LIVE_STREAMS_PER_ACCOUNT_MAX) {
      throw new HttpProblem('too_many_account_streams', RETRY_AFTER);
    }
    if (this.#taken >= LIVE_STREAMS_MAX) {
      throw new HttpProblem('unavailable', {
        description: `The service has ${LIVE_STREAMS_MAX} live streams open, which is all it may have. Try again later.`,
        ...RETRY_AFTER,
      });
    }
    this.#count(tokenId, accountId, 1);
    return () => this.#count(tokenId, accountId, -1);
  }

  #count(tokenId: string, accountId: string, change: 1 | -1): void {
    this.#taken += change;
    add(this.#byToken, tokenId, change);
    add(this.#byAccount, accountId, change);
  }
}

function countOf(counts: ReadonlyMap<string, number>, name: string): number {
  return counts.get(name) ?? 0;
}

function add(counts: Map<string, number>, name: string, change: number): void {
  const count = countOf(counts, name) + change;
  count === 0 ? counts.delete(name) : counts.set(name, count);
}
