/** Media comes many times a second; a relay that was told to stop says nothing. */
const STILL_MS = 1000;

/** Notices when nothing more arrives on a path, long before the connection itself does. */
export class ArrivalWatch {
  /** @type {string | undefined} */
  #seen;
  #changedAt = 0;

  /**
   * @param {{ pair: string, bytesReceived: number }} path as read now
   * @param {number} nowMs of a clock that only goes forward
   * @returns {boolean} whether what was received has stood still for too long
   */
  standsStill({ pair, bytesReceived }, nowMs) {
    const seen = `${pair} ${bytesReceived}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#changedAt = nowMs;
    }
    return nowMs - this.#changedAt >= STILL_MS;
  }
}
