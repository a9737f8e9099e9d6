import { encodeHex } from '../base/bytes.ts';
import type { Instant } from '../base/clock.ts';
import { DeadlineHeap } from '../base/deadline-heap.ts';
import { RESERVATION_LIFETIME_MS } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { RESERVATION_TOKEN_BYTES } from '../stun/attributes/turn-values.ts';
import type { ReservedPort } from './command.ts';
import { NO_SLOT, SlotPool } from './slot-pool.ts';

interface Reservation {
  readonly row: number;
  readonly token: string;
  readonly port: ReservedPort;
}

/**
 * The ports of this worker that are kept for whoever brings their token (RFC 8656 §7.2). A token is 8 bytes: which worker keeps
 * the port, and 7 unpredictable ones. It may arrive at any worker of the node, on any 5-tuple.
 */
export class Reservations {
  readonly #worker: number;
  readonly #random: Random;
  readonly #rows: SlotPool;
  readonly #deadlines = new DeadlineHeap();
  readonly #byToken = new Map<string, Reservation>();
  readonly #byRow: (Reservation | undefined)[] = [];

  constructor(worker: number, reservationsMax: number, random: Random) {
    this.#worker = worker;
    this.#rows = new SlotPool(reservationsMax);
    this.#random = random;
  }

  get size(): number {
    return this.#byToken.size;
  }

  /** Keeps a port for 30 seconds. Returns its token, or undefined when too many are kept. */
  add(port: ReservedPort, now: Instant): Uint8Array | undefined {
    const row = this.#rows.take();
    if (row === NO_SLOT) {
      return undefined;
    }
    const token = this.#drawToken();
    const reservation = { row, token: encodeHex(token), port };
    this.#byToken.set(reservation.token, reservation);
    this.#byRow[row] = reservation;
    this.#deadlines.set(row, now + RESERVATION_LIFETIME_MS);
    return token;
  }

  /** Hands out the port behind a token, once; undefined when there is none, or none any more. */
  claim(token: Uint8Array): ReservedPort | undefined {
    const reservation = this.#byToken.get(encodeHex(token));
    if (reservation !== undefined) {
      this.#remove(reservation);
    }
    return reservation?.port;
  }

  peekDeadline(): number {
    return this.#deadlines.peekDeadline();
  }

  /** A port that nobody came for in time, or undefined. */
  popExpired(now: Instant): ReservedPort | undefined {
    const row = this.#deadlines.popExpired(now);
    const reservation = row < 0 ? undefined : this.#byRow[row];
    if (reservation !== undefined) {
      this.#remove(reservation);
    }
    return reservation?.port;
  }

  #remove(reservation: Reservation): void {
    this.#byToken.delete(reservation.token);
    this.#byRow[reservation.row] = undefined;
    this.#deadlines.remove(reservation.row);
    this.#rows.give(reservation.row);
  }

  #drawToken(): Uint8Array {
    const token = new Uint8Array(RESERVATION_TOKEN_BYTES);
    do {
      this.#random.fill(token);
      token[0] = this.#worker;
    } while (this.#byToken.has(encodeHex(token)));
    return token;
  }
}

/** The worker that keeps the port behind a token. */
export function workerOfToken(token: Uint8Array): number {
  return token[0] as number;
}
