import type { ResultOf } from '../../api/client.ts';

/** A live allocation, as the stream tells it. */
export type LiveAllocation = Omit<
  ResultOf<'/client/v4/accounts/{accountId}/calls/turn_allocations', 'get'>[number],
  'age_seconds'
>;
