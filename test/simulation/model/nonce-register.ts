import { type Life, lifeAt } from './model-allocation.ts';

/** A nonce lasts an hour at most (RFC 8656 §5), and may be counted in units of some seconds. */
const NONCE_LIFETIME_MS = 3_600_000;
const NONCE_GRANULARITY_MS = 20_000;

/** The nonces that the server gave out, each to one client address. */
export class NonceRegister {
  readonly #issued = new Map<string, number>();

  record(nonce: string, client: string, unixNow: number): void {
    this.#issued.set(`${client} ${nonce}`, unixNow);
  }

  /** Whether the server must accept the nonce of this client. A clock that was set back makes it a nonce of the future. */
  lifeOf(nonce: string, client: string, unixNow: number): Life {
    const issuedAt = this.#issued.get(`${client} ${nonce}`);
    if (issuedAt === undefined) {
      return 'over';
    }
    const life = lifeAt(issuedAt + NONCE_LIFETIME_MS, unixNow, NONCE_GRANULARITY_MS);
    return life === 'live' && unixNow < issuedAt ? 'ending' : life;
  }
}
