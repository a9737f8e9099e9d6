import type { EgressReached } from '../control/egress-month.ts';
import type { Logger } from '../observe/logger.ts';

export const EGRESS_EVENTS = ['egress_soft_limits_reached', 'egress_hard_limits_reached'] as const;
type EgressEvent = (typeof EGRESS_EVENTS)[number];

/** Counts, and logs, who has reached its limit of the month. */
export class EgressNotices {
  readonly counts: Record<EgressEvent, number> = { egress_soft_limits_reached: 0, egress_hard_limits_reached: 0 };
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  note({ limit, accountId, keyUid, egressBytes }: EgressReached): void {
    this.counts[`egress_${limit}_limits_reached`] += 1;
    const effect = limit === 'hard' ? 'its allocations end, and new ones are refused' : 'nothing is refused yet';
    this.#log.warn({ accountId, keyUid, egressBytes }, `the ${limit} limit of monthly egress is reached: ${effect}`);
  }
}
