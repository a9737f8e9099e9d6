import type { Instant } from '../base/clock.ts';
import { TOLD_LIMIT_ROWS } from '../base/limits.ts';
import { KEY_DIGITS_HASHED, type KeyUid } from '../contract/ids.ts';

/** Between two notices of one limit and key. */
const TOLD_EVERY_MS = 1_000;

/**
 * Which limits of which keys were told of a moment ago. A table of a fixed size, asked for packets too: it allocates nothing. Where
 * two share a row, each may be told of more than once a second.
 */
export class ToldLimits {
  readonly #keyUids: KeyUid[] = new Array<KeyUid>(TOLD_LIMIT_ROWS).fill('' as KeyUid);
  /** The limit, as the place of its counter. */
  readonly #limits = new Uint16Array(TOLD_LIMIT_ROWS);
  readonly #toldAt = new Float64Array(TOLD_LIMIT_ROWS).fill(Number.NEGATIVE_INFINITY);

  /** Whether the limit is to be told of now, which is remembered. */
  mayTell(keyUid: KeyUid, limit: number, now: Instant): boolean {
    let hash = limit;
    for (let digit = 0; digit < KEY_DIGITS_HASHED; digit += 1) {
      hash = Math.imul(hash ^ keyUid.charCodeAt(digit), 0x9e3779b1);
    }
    const row = ((hash ^ (hash >>> 15)) >>> 0) % TOLD_LIMIT_ROWS;
    const isSame = this.#limits[row] === limit && this.#keyUids[row] === keyUid;
    if (isSame && now - (this.#toldAt[row] as number) < TOLD_EVERY_MS) {
      return false;
    }
    this.#keyUids[row] = keyUid;
    this.#limits[row] = limit;
    this.#toldAt[row] = now;
    return true;
  }
}
