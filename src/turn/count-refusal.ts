import type { AllocationOutcome } from '../contract/allocation-outcome.ts';
import { ERROR_INSUFFICIENT_CAPACITY } from '../stun/registry/error-codes.ts';
import { COUNTER } from './counter.ts';
import type { OutcomeSubject } from './outcome-table.ts';
import type { Rejection } from './rejection.ts';
import type { ServerState } from './server-state.ts';

/** Counts, for its key, that an authenticated user's request for an allocation is refused. */
export function countRefusal(state: ServerState, subject: OutcomeSubject, rejection: Rejection): void {
  state.outcomes.count(subject, outcomeOf(rejection));
}

function outcomeOf({ code, counter }: Rejection): AllocationOutcome {
  switch (counter) {
    case COUNTER.rejected_credential_quota:
      return 'refused_credential_quota';
    case COUNTER.rejected_custom_identifier_quota:
      return 'refused_custom_identifier_quota';
    case COUNTER.rejected_key_quota:
      return 'refused_key_quota';
    case COUNTER.rejected_account_quota:
      return 'refused_account_quota';
    case COUNTER.rejected_client_address_quota:
      return 'refused_client_address_quota';
    case COUNTER.rejected_egress_limit:
      return 'refused_egress';
    default:
      return code === ERROR_INSUFFICIENT_CAPACITY ? 'refused_capacity' : 'refused_other';
  }
}
