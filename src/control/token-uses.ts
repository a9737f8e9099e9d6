import type { Clock, Instant, UnixMs } from '../base/clock.ts';
import { COUNTED_TOKENS_MAX, TOKEN_USE_INTERVAL_MS } from '../base/limits.ts';
import type { TokenUseNotes } from './ports.ts';

interface UseTable {
  noteUse(id: string, usedAt: UnixMs): Promise<void>;
}

/**
 * The {@link TokenUseNotes} of a process, and the same for sessions of people: the first use of a token is written, and then one a minute. Nobody waits for
 * the writing, and a failed one is left out: whoever needs the store to work learns of its failure themselves.
 */
export class TokenUses implements TokenUseNotes {
  readonly #tokens: UseTable;
  readonly #clock: Clock;
  readonly #notedAt = new Map<string, Instant>();

  constructor(tokens: UseTable, clock: Clock) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  note(tokenId: string): void {
    const now = this.#clock.now();
    const notedAt = this.#notedAt.get(tokenId);
    if (notedAt !== undefined && now - notedAt < TOKEN_USE_INTERVAL_MS) {
      return;
    }
    if (this.#notedAt.size >= COUNTED_TOKENS_MAX) {
      // Forgetting costs one more write for each token, and comes once in as many tokens.
      this.#notedAt.clear();
    }
    this.#notedAt.set(tokenId, now);
    this.#tokens.noteUse(tokenId, this.#clock.unixNow()).catch(() => {});
  }
}
