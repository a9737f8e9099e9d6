import type { Instant } from '../../../src/base/clock.ts';
import type { AddressWords, Family } from '../../../src/base/socket-address.ts';
import type { ClientTransport } from '../../../src/contract/ids.ts';
import type { SimulatedCredential } from '../clients/credential-book.ts';
import type { ModelRates } from './model-rates.ts';

/** Lifetimes of RFC 8656: a permission's (§9), a channel's (§12) and how long its number then rests, an allocation's (§3.2, §7.2). */
export const PERMISSION_LIFETIME_MS = 300_000;
export const CHANNEL_LIFETIME_MS = 600_000;
export const CHANNEL_REST_MS = 300_000;
export const LIFETIME_SECONDS_DEFAULT = 600;
export const LIFETIME_SECONDS_MAX = 3600;

export interface ModelChannel {
  readonly number: number;
  readonly peer: AddressWords;
  expiresAt: Instant;
}

/** One relayed transport address of an allocation, with all that is bound to it. */
export interface ModelRelay {
  readonly family: Family;
  readonly relayed: AddressWords;
  /** The number that the server gave its socket. */
  readonly socket: number;
  expiresAt: Instant;
  /** By IP address (`ipKey`): when the permission ends. */
  readonly permissions: Map<string, Instant>;
  /** By channel number; those that have ended stay. */
  readonly channels: Map<number, ModelChannel>;
}

export interface ModelAllocation {
  /** The 5-tuple: the server's socket and the client's address. */
  readonly tuple: string;
  readonly socket: number;
  readonly client: AddressWords;
  readonly transport: ClientTransport;
  /** How the payload ledger knows the client. */
  readonly owner: string;
  readonly credential: SimulatedCredential;
  /** The transaction that made it, which may be repeated (RFC 8656 §7.2). */
  readonly transaction: string;
  /** Whether it was asked for with DONT-FRAGMENT. */
  readonly dontFragment: boolean;
  readonly startedAt: Instant;
  readonly rates: ModelRates;
  /** One, or two of different families; fewer once one was refreshed to nothing. */
  readonly relays: ModelRelay[];
}

/**
 * Whether something lasts. `ending`: its time is over, but by less than a timer may be late, or by nothing at all, so that both are right.
 */
export type Life = 'live' | 'ending' | 'over';

/** `deadline` and `now` are readings of one clock, whichever. */
export function lifeAt(deadline: number, now: number, latenessMs = 0): Life {
  if (now < deadline) {
    return 'live';
  }
  return now <= deadline + latenessMs ? 'ending' : 'over';
}

/** What both of two conditions leave of a life. */
export function shorterLife(a: Life, b: Life): Life {
  if (a === 'over' || b === 'over') {
    return 'over';
  }
  return a === 'ending' || b === 'ending' ? 'ending' : 'live';
}

/** The seconds that the server must grant (RFC 8656 §7.2: the default at least, the maximum at most). */
export function grantedSeconds(requested: number | undefined): number {
  return Math.max(LIFETIME_SECONDS_DEFAULT, Math.min(LIFETIME_SECONDS_MAX, requested ?? LIFETIME_SECONDS_DEFAULT));
}
