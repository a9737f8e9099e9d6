import type { UnixMs } from '../../../src/base/clock.ts';
import type { Draw } from '../draw.ts';
import type { CredentialBook, SimulatedCredential } from './credential-book.ts';

/** Credentials that are given out again, at most. */
const RECENT_MAX = 8;
const HOUR_MS = 3_600_000;

/** Gives clients credentials: fresh ones and shared ones, long ones and short ones, and now and then one that has expired. */
export class CredentialDesk {
  readonly #book: CredentialBook;
  readonly #draw: Draw;
  readonly #recent: SimulatedCredential[] = [];

  constructor(book: CredentialBook, draw: Draw) {
    this.#book = book;
    this.#draw = draw;
  }

  issue(unixNow: UnixMs): SimulatedCredential {
    const kind = this.#draw.weighted({ shared: 40, long: 50, short: 8, expired: 2 });
    if (kind === 'shared' && this.#recent.length > 0) {
      return this.#draw.pick(this.#recent);
    }
    const credential = this.#book.issue(unixNow, this.#drawTtlMs(kind));
    this.#recent.push(credential);
    if (this.#recent.length > RECENT_MAX) {
      this.#recent.shift();
    }
    return credential;
  }

  #drawTtlMs(kind: 'shared' | 'long' | 'short' | 'expired'): number {
    switch (kind) {
      case 'short':
        return this.#draw.integer(5_000, 900_000);
      case 'expired':
        return -this.#draw.integer(2_000, 60_000);
      default:
        return this.#draw.integer(HOUR_MS, 48 * HOUR_MS);
    }
  }
}
