import type { Instant } from '../../../src/base/clock.ts';
import type { Limits } from '../../../src/contract/limits.ts';

/** Whether something keeps to a limit. `either`: the clocks of server and model may be rounded to different sides. */
export type RateVerdict = 'within' | 'either' | 'over';

const MARGIN_MS = 0.01;
/** However low a limit of bits is, one datagram of the longest passes. */
const DATAGRAM_BYTES_MAX = 65_571;

/**
 * One limit, kept as the moment by which all that has passed is earned at the rate (the generic cell rate algorithm). It may lie
 * ahead of now by as much as the burst takes to earn.
 */
class ModelRate {
  readonly #msPerToken: number;
  readonly #aheadMsMax: number;
  #earnedAt = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number, burst: number) {
    this.#msPerToken = perSecond === 0 ? 0 : 1000 / perSecond;
    this.#aheadMsMax = burst * this.#msPerToken;
  }

  judge(tokens: number, now: Instant): RateVerdict {
    const over = this.#earnedWith(tokens, now) - now - this.#aheadMsMax;
    if (this.#msPerToken === 0 || over <= -MARGIN_MS) {
      return 'within';
    }
    return over <= MARGIN_MS ? 'either' : 'over';
  }

  pass(tokens: number, now: Instant): void {
    this.#earnedAt = this.#earnedWith(tokens, now);
  }

  #earnedWith(tokens: number, now: Instant): number {
    return Math.max(this.#earnedAt, now) + tokens * this.#msPerToken;
  }
}

/** What passes in one direction of an allocation. */
export class ModelTraffic {
  readonly #packets: ModelRate;
  readonly #bytes: ModelRate;

  constructor({ allocationPacketsPerSecond, allocationBitsPerSecond }: Limits) {
    this.#packets = new ModelRate(allocationPacketsPerSecond, allocationPacketsPerSecond);
    this.#bytes = new ModelRate(allocationBitsPerSecond / 8, Math.max(allocationBitsPerSecond / 8, DATAGRAM_BYTES_MAX));
  }

  judge(bytes: number, now: Instant): RateVerdict {
    return stricter(this.#packets.judge(1, now), this.#bytes.judge(bytes, now));
  }

  pass(bytes: number, now: Instant): void {
    this.#packets.pass(1, now);
    this.#bytes.pass(bytes, now);
  }
}

/** How many peers are new: for sure, and if every permission whose time is over has gone. */
export interface NewPeers {
  readonly surely: number;
  readonly perhaps: number;
}

/** The limits of one allocation, from its start. */
export class ModelRates {
  readonly toPeer: ModelTraffic;
  readonly toClient: ModelTraffic;
  readonly #surelyNew: ModelRate;
  readonly #perhapsNew: ModelRate;

  constructor(limits: Limits) {
    this.toPeer = new ModelTraffic(limits);
    this.toClient = new ModelTraffic(limits);
    this.#surelyNew = new ModelRate(limits.allocationNewPeersPerSecond, limits.allocationNewPeersBurst);
    this.#perhapsNew = new ModelRate(limits.allocationNewPeersPerSecond, limits.allocationNewPeersBurst);
  }

  judgeNewPeers({ surely, perhaps }: NewPeers, now: Instant): RateVerdict {
    if (this.#surelyNew.judge(surely, now) === 'over') {
      return surely === 0 ? 'within' : 'over';
    }
    return perhaps === 0 || this.#perhapsNew.judge(perhaps, now) === 'within' ? 'within' : 'either';
  }

  passNewPeers({ surely, perhaps }: NewPeers, now: Instant): void {
    this.#surelyNew.pass(surely, now);
    this.#perhapsNew.pass(perhaps, now);
  }
}

function stricter(a: RateVerdict, b: RateVerdict): RateVerdict {
  if (a === 'over' || b === 'over') {
    return 'over';
  }
  return a === 'either' || b === 'either' ? 'either' : 'within';
}
