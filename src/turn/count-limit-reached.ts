import type { Instant } from '../base/clock.ts';
import type { AllocationOutcome } from '../contract/allocation-outcome.ts';
import { COUNTER } from './counter.ts';
import { type LimitSubject, noticeLimitReached } from './push-notice.ts';
import type { ServerState } from './server-state.ts';

/** The events of limits that were reached, by the limit. */
const EVENT_OF = {
  'new-peers': COUNTER.limit_reached_new_peers,
  packets: COUNTER.limit_reached_packets,
  bits: COUNTER.limit_reached_bits,
  credential: COUNTER.limit_reached_credential_quota,
  'custom-identifier': COUNTER.limit_reached_custom_identifier_quota,
  key: COUNTER.limit_reached_key_quota,
  account: COUNTER.limit_reached_account_quota,
  'client-address': COUNTER.limit_reached_client_address_quota,
  egress: COUNTER.limit_reached_egress,
} as const;

export type ReachedLimit = keyof typeof EVENT_OF;

/** Those of an allocation that lives; the others refuse one, and are counted as what they refuse. */
const OUTCOME_OF: Readonly<Partial<Record<ReachedLimit, AllocationOutcome>>> = {
  'new-peers': 'limited_new_peers',
  packets: 'limited_packets',
  bits: 'limited_bits',
};

/**
 * Counts that somebody has reached a limit, and tells of it: an allocation, or a user who may have no allocation more. Every
 * request that is refused is counted, and of dropped packets only the first one, see `LimitedAllocations`; who wants to know
 * is told once a second.
 */
export function countLimitReached(state: ServerState, subject: LimitSubject, limit: ReachedLimit, now: Instant): void {
  state.count(EVENT_OF[limit]);
  const outcome = OUTCOME_OF[limit];
  if (outcome !== undefined) {
    state.outcomes.count(subject, outcome);
  }
  noticeLimitReached(state, subject, EVENT_OF[limit], now);
}
