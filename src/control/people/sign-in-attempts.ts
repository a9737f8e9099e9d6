import type { Clock, Instant } from '../../base/clock.ts';
import { parseIp } from '../../base/ip.ts';
import {
  COUNTED_SIGN_INS_MAX,
  SIGN_IN_WINDOW_MS,
  SIGN_INS_PER_ADDRESS_MAX,
  SIGN_INS_PER_EMAIL_MAX,
} from '../../base/limits.ts';
import { familyOf, IPV4 } from '../../base/socket-address.ts';
import type { ClientAddress } from '../actor.ts';
import { TooManySignInsError } from './too-many-sign-ins-error.ts';

interface Count {
  attempts: number;
  readonly endsAt: Instant;
}

/**
 * Counts attempts to sign in, those that succeed as well, before a password is looked at: by client address, and by email,
 * whether there is such a person or not.
 */
export class SignInAttempts {
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, Count>();
  readonly #byEmail = new Map<string, Count>();
  readonly #byPerson = new Map<string, Count>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws {TooManySignInsError} */
  countAddress(address: ClientAddress): void {
    this.#count(this.#byAddress, networkOf(address), SIGN_INS_PER_ADDRESS_MAX);
  }

  /** @throws {TooManySignInsError} */
  countEmail(email: string): void {
    this.#count(this.#byEmail, email, SIGN_INS_PER_EMAIL_MAX);
  }

  /** Of somebody who is signed in, to change the password. @throws {TooManySignInsError} */
  countPerson(personId: string): void {
    this.#count(this.#byPerson, personId, SIGN_INS_PER_EMAIL_MAX);
  }

  /** Somebody has proved to be the one of this email. */
  forgetEmail(email: string): void {
    this.#byEmail.delete(email);
  }

  #count(counts: Map<string, Count>, key: string, max: number): void {
    const now = this.#clock.now();
    let found = counts.get(key);
    if (found === undefined || found.endsAt <= now) {
      // Set anew, so that the map stays in the order of the windows' ends.
      counts.delete(key);
      forgetOldest(counts);
      found = { attempts: 0, endsAt: (now + SIGN_IN_WINDOW_MS) as Instant };
      counts.set(key, found);
    }
    if (found.attempts >= max) {
      throw new TooManySignInsError(Math.ceil((found.endsAt - now) / 1000));
    }
    found.attempts += 1;
  }
}

function forgetOldest(counts: Map<string, Count>): void {
  const oldest = counts.keys().next().value;
  if (oldest !== undefined && counts.size >= COUNTED_SIGN_INS_MAX) {
    counts.delete(oldest);
  }
}

/** An IPv6 /64 is one: whoever has one address of it has them all. */
function networkOf(address: ClientAddress): string {
  const words = parseIp(address ?? '');
  if (words === undefined) {
    return '';
  }
  return familyOf(words) === IPV4 ? `${words[1]}` : `${words[1]} ${words[2]}`;
}
