import type { Instant } from '../../../src/base/clock.ts';
import { type Life, lifeAt } from './model-allocation.ts';

/** How long a reserved port waits (RFC 8656 §7.2), and how long the answer to a claim from another worker may take. */
const RESERVATION_LIFETIME_MS = 30_000;
const CLAIM_MS_MAX = 1_000;

interface Reservation {
  /** The relayed transport address that waits, as a key. */
  readonly relayed: string;
  readonly expiresAt: Instant;
  /** How many requests have named its token, each of which may have taken it. */
  tries: number;
  isRedeemed: boolean;
}

/** The ports that wait for the holder of a token, over all workers. */
export class ReservationRegister {
  readonly #reservations = new Map<string, Reservation>();

  record(token: string, relayed: string, now: Instant): void {
    const expiresAt = (now + RESERVATION_LIFETIME_MS) as Instant;
    this.#reservations.set(token, { relayed, expiresAt, tries: 0, isRedeemed: false });
  }

  has(token: string): boolean {
    return this.#reservations.has(token);
  }

  /** Whether the token must be good. */
  lifeOf(token: string, now: Instant, latenessMs: number): Life {
    const reservation = this.#reservations.get(token);
    if (reservation === undefined || reservation.isRedeemed) {
      return 'over';
    }
    const life = lifeAt(reservation.expiresAt - CLAIM_MS_MAX, now, CLAIM_MS_MAX + latenessMs);
    return life === 'live' && reservation.tries > 0 ? 'ending' : life;
  }

  tryToken(token: string): void {
    const reservation = this.#reservations.get(token);
    if (reservation !== undefined) {
      reservation.tries += 1;
    }
  }

  /** Whether several requests have named the token, of which the first to arrive at its owner gets the port. */
  isContested(token: string): boolean {
    return (this.#reservations.get(token)?.tries ?? 0) > 1;
  }

  /** Notes that the token was redeemed, and returns the relayed address that its holder must have got. */
  redeem(token: string): string | undefined {
    const reservation = this.#reservations.get(token);
    if (reservation === undefined) {
      return undefined;
    }
    reservation.isRedeemed = true;
    return reservation.relayed;
  }

  /** Whether the relayed address waits for somebody: nobody else may get it. */
  isReserved(relayed: string, now: Instant): boolean {
    for (const reservation of this.#reservations.values()) {
      if (reservation.relayed === relayed && reservation.tries === 0 && now < reservation.expiresAt) {
        return true;
      }
    }
    return false;
  }
}
