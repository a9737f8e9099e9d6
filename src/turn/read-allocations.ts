import type { Instant } from '../base/clock.ts';
import { LIVE_NUMBERS_PER_SLICE_MAX, LIVE_RECORDS_PER_SLICE_MAX } from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import {
  type AllocationQuery,
  type AllocationRecord,
  type AllocationRef,
  type AllocationSlice,
  ROW_WIDTH,
} from '../contract/live-allocation.ts';
import { NO_ALLOCATION } from './allocation-table.ts';
import { describeAllocation } from './describe-allocation.ts';
import { matchesFilter } from './matches-filter.ts';
import type { ServerState } from './server-state.ts';
import { writeAllocationRow } from './write-allocation-row.ts';

/** What a server knows of a slice; which server it is, its shell says. */
export type OwnSlice = Omit<AllocationSlice, 'incarnation'>;

/**
 * Some of the live allocations that a query means. It looks at so many numbers and describes so many allocations at most that
 * packets wait for about half a millisecond, however many allocations there are. Whoever reads slice by slice sees each allocation that
 * lives all the while, and none twice: its number stays.
 */
export function readAllocations(state: ServerState, query: AllocationQuery, now: Instant): OwnSlice {
  const { allocations } = state;
  const { accountId, filter, from, rowsMax, changedAfter } = query;
  const to = Math.min(from + LIVE_NUMBERS_PER_SLICE_MAX, allocations.numbersEnd);
  const rows = new Float64Array(Math.min(rowsMax, Math.max(to - from, 0)) * ROW_WIDTH);
  const records: { place: number; record: AllocationRecord }[] = [];
  let count = 0;
  let allocation = from;
  while (allocation < to && count < rowsMax && records.length < LIVE_RECORDS_PER_SLICE_MAX) {
    if (isOf(state, allocation, accountId) && matchesFilter(state, allocation, filter)) {
      if (allocations.revisionOf(allocation) > changedAfter) {
        records.push({ place: count, record: describeAllocation(state, allocation) });
      }
      writeAllocationRow(state, allocation, now, rows, count * ROW_WIDTH);
      count += 1;
    }
    allocation += 1;
  }
  return {
    rows: rows.slice(0, count * ROW_WIDTH),
    records,
    next: allocation < allocations.numbersEnd ? allocation : undefined,
    revision: allocations.revision,
  };
}

/** The number of the account's live allocation that is meant, or `NO_ALLOCATION` when it has ended. */
export function findLiveAllocation(
  state: ServerState,
  { number, serial }: AllocationRef,
  accountId: AccountId,
): number {
  return isOf(state, number, accountId) && state.allocations.serialOf(number) === serial ? number : NO_ALLOCATION;
}

function isOf({ allocations }: ServerState, allocation: number, accountId: AccountId): boolean {
  return allocations.isLive(allocation) && allocations.recordOf(allocation).accountId === accountId;
}
