import { encodeBase64 } from '../../base/bytes.ts';
import type { Clock, Instant } from '../../base/clock.ts';
import { PASSKEY_CHALLENGE_AGE_MS_MAX, PASSKEY_CHALLENGES_MAX } from '../../base/limits.ts';
import type { Random } from '../../base/random.ts';

const CHALLENGE_BYTES = 32;

/** The challenges of a process that wait for an authenticator; each is good once, for whom it was made. */
export class PasskeyChallenges {
  readonly #random: Random;
  readonly #clock: Clock;
  /** In the order in which they were made. */
  readonly #waiting = new Map<string, { readonly holder: string; readonly expiresAt: Instant }>();

  constructor(random: Random, clock: Clock) {
    this.#random = random;
    this.#clock = clock;
  }

  /** @param holder for whom it is: a session's id, or `''` for whoever wants to sign in. */
  issue(holder: string): Uint8Array {
    const challenge = new Uint8Array(CHALLENGE_BYTES);
    this.#random.fill(challenge);
    const oldest = this.#waiting.keys().next().value;
    if (oldest !== undefined && this.#waiting.size >= PASSKEY_CHALLENGES_MAX) {
      this.#waiting.delete(oldest);
    }
    const expiresAt = (this.#clock.now() + PASSKEY_CHALLENGE_AGE_MS_MAX) as Instant;
    this.#waiting.set(encodeBase64Url(challenge), { holder, expiresAt });
    return challenge;
  }

  /** Whether this challenge, in base64url, was made for `holder` and not taken yet. It is good no more. */
  take(challenge: string, holder: string): boolean {
    const found = this.#waiting.get(challenge);
    this.#waiting.delete(challenge);
    return found !== undefined && found.holder === holder && this.#clock.now() < found.expiresAt;
  }
}

function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
