import { OUTCOME_ROWS_MAX } from '../base/limits.ts';
import { ALLOCATION_OUTCOMES, type AllocationOutcome, type OutcomeCount } from '../contract/allocation-outcome.ts';
import type { AccountId, ClientTransport, KeyUid } from '../contract/ids.ts';
import type { Allocation } from './allocation.ts';
import { COUNTER } from './counter.ts';

/** Whose allocation it is, or would have been. */
export type OutcomeSubject = Pick<Allocation, 'user' | 'accountId' | 'socket'>;

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const satisfies readonly ClientTransport[];

interface KeyOutcomes {
  readonly accountId: AccountId;
  /** By transport, and by outcome within it. */
  readonly counts: Float64Array;
}

/**
 * What became of the allocations of which key, by transport, and how often, since it was last taken. It is asked where an allocation
 * begins, ends or is refused something, and for no packet. The number of rows is bounded; what would need one more is
 * counted in `outcomes_forgotten` instead.
 */
export class OutcomeTable {
  readonly #counters: Float64Array;
  readonly #keys = new Map<KeyUid, KeyOutcomes>();
  #rowCount = 0;

  constructor(counters: Float64Array) {
    this.#counters = counters;
  }

  count({ user, accountId, socket }: OutcomeSubject, outcome: AllocationOutcome): void {
    const { keyUid } = user.claims;
    const place =
      TRANSPORTS.indexOf(socket.transport) * ALLOCATION_OUTCOMES.length + ALLOCATION_OUTCOMES.indexOf(outcome);
    let key = this.#keys.get(keyUid);
    if ((key?.counts[place] ?? 0) === 0) {
      if (this.#rowCount === OUTCOME_ROWS_MAX) {
        const forgotten = COUNTER.outcomes_forgotten;
        this.#counters[forgotten] = (this.#counters[forgotten] as number) + 1;
        return;
      }
      this.#rowCount += 1;
    }
    if (key === undefined) {
      key = { accountId, counts: new Float64Array(TRANSPORTS.length * ALLOCATION_OUTCOMES.length) };
      this.#keys.set(keyUid, key);
    }
    key.counts[place] = (key.counts[place] as number) + 1;
  }

  /** Everything counted, which is forgotten with it. */
  take(): OutcomeCount[] {
    const taken: OutcomeCount[] = [];
    for (const [keyUid, { accountId, counts }] of this.#keys) {
      for (const [t, transport] of TRANSPORTS.entries()) {
        for (const [o, outcome] of ALLOCATION_OUTCOMES.entries()) {
          const count = counts[t * ALLOCATION_OUTCOMES.length + o] as number;
          if (count > 0) {
            taken.push({ accountId, keyUid, transport, outcome, count });
          }
        }
      }
    }
    this.#keys.clear();
    this.#rowCount = 0;
    return taken;
  }
}
