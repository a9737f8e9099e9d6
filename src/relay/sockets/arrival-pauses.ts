import { NATIVE_LAYOUT } from './native-layout.ts';

const { PAUSE_DATAGRAMS, PAUSE_US } = NATIVE_LAYOUT;

/** Datagrams a second from which the loop waits for the next one where it is, without going all the way to sleep. */
export const AWAIT_FROM_PER_SECOND = 1_000;
/** From here on, datagrams are gathered: most of what one costs alone is falling asleep and waking up. */
export const GATHER_FROM_PER_SECOND = 15_000;
/** From here on, several have arrived whenever one looks, and waiting for more would only cost time. */
export const GATHER_TO_PER_SECOND = 80_000;
/** With the slack of a timer, half a millisecond at most. */
const GATHER_US_MAX = 350;
/** What a pause aims at: fuller batches cost hardly less per datagram. */
const GATHER_DATAGRAMS = 12;
/** A timer of the system is late by so many µs. */
const TIMER_SLACK_US = 50;
/** Waiting ends early when so many datagrams have arrived. */
const ENOUGH_DATAGRAMS = 32;
/** Where sockets are opened and closed for more than one in so many datagrams, clients wait for each answer: nothing is gathered. */
const DATAGRAMS_PER_CHANGE_MIN = 8;
/** Arrivals are counted over so many ms before the pauses follow them. */
const MEASURE_MS = 2;

/** Chooses, by the rate at which datagrams arrive, how a native back end waits for the next batch. */
export class ArrivalPauses {
  #sinceMs = 0;
  #arrived = 0;
  #changes = 0;
  #datagrams = 0;
  #us = 0;

  /** A socket was opened or closed. */
  noteChange(): void {
    this.#changes += 1;
  }

  /**
   * Writes how to wait after a batch of `count` datagrams: into `PAUSE_DATAGRAMS`, until how many have arrived, where 0
   * is not to wait here at all; into `PAUSE_US`, for how many µs at most, where 0 is as long as the event loop has nothing
   * to do.
   * @param nowMs a steady clock's, with fractions of a millisecond
   */
  choose(nowMs: number, count: number, pause: Uint32Array): void {
    this.#arrived += count;
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs >= MEASURE_MS) {
      this.#follow((this.#arrived * 1_000) / elapsedMs);
      this.#sinceMs = nowMs;
      this.#arrived = 0;
      this.#changes = 0;
    }
    pause[PAUSE_DATAGRAMS] = this.#datagrams;
    pause[PAUSE_US] = this.#us;
  }

  #follow(perSecond: number): void {
    const isRelaying = this.#changes * DATAGRAMS_PER_CHANGE_MIN <= this.#arrived;
    const isGathering = isRelaying && perSecond >= GATHER_FROM_PER_SECOND && perSecond < GATHER_TO_PER_SECOND;
    const awaited = perSecond < AWAIT_FROM_PER_SECOND ? 0 : 1;
    this.#datagrams = isGathering ? ENOUGH_DATAGRAMS : awaited;
    this.#us = isGathering
      ? Math.min(GATHER_US_MAX, Math.round((GATHER_DATAGRAMS * 1_000_000) / perSecond) - TIMER_SLACK_US)
      : 0;
  }
}
