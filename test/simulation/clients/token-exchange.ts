import type { Instant } from '../../../src/base/clock.ts';
import type { Draw } from '../draw.ts';

export const TOKEN_BYTES = 8;
/** A reservation lasts 30 seconds (RFC 8656 §7.2): long enough for a token of so many to be still good when it arrives. */
const FRESH_MS = 20_000;

interface Token {
  readonly bytes: Uint8Array;
  readonly at: Instant;
  wasDrawn: boolean;
}

/** Reservation tokens that clients were given, for anyone to redeem, on whichever worker. */
export class TokenExchange {
  readonly #draw: Draw;
  readonly #tokens: Token[] = [];

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  add(bytes: Uint8Array, now: Instant): void {
    this.#tokens.push({ bytes, at: now, wasDrawn: false });
  }

  /** Whether there is a token that nobody has tried and that is good. */
  hasFresh(now: Instant): boolean {
    return this.#findFresh(now) !== undefined;
  }

  /** A fresh token if there is one; else, or now and then, one that was redeemed or has expired, or an invented one. */
  draw(now: Instant): Uint8Array {
    const fresh = this.#findFresh(now);
    if (fresh !== undefined && this.#draw.chance(0.9)) {
      fresh.wasDrawn = true;
      return fresh.bytes;
    }
    return this.#tokens.length > 0 && this.#draw.chance(0.7)
      ? this.#draw.pick(this.#tokens).bytes
      : this.#draw.bytes(TOKEN_BYTES);
  }

  #findFresh(now: Instant): Token | undefined {
    return this.#tokens.findLast(({ at, wasDrawn }) => !wasDrawn && now - at < FRESH_MS);
  }
}
