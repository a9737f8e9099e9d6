import { LIVE_NUMBERS_PER_SLICE_MAX } from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import { type AllocationFilter, type AllocationTraffic, ROW_WIDTH, readTraffic } from '../contract/live-allocation.ts';
import type { LiveWorkers } from '../contract/live-workers.ts';

/** How many live allocations there are, and how fast they are together. */
export interface LiveTotals
  extends Pick<
    AllocationTraffic,
    'ingressBitsPerSecond' | 'ingressPacketsPerSecond' | 'egressBitsPerSecond' | 'egressPacketsPerSecond'
  > {
  readonly allocations: number;
}

export interface LiveSum {
  readonly totals: LiveTotals;
  /** Workers that did not answer: their allocations are not in it. */
  readonly missing: readonly number[];
}

const NOTHING: LiveTotals = {
  allocations: 0,
  ingressBitsPerSecond: 0,
  ingressPacketsPerSecond: 0,
  egressBitsPerSecond: 0,
  egressPacketsPerSecond: 0,
};

/** No allocation has changed after it: the workers send numbers alone, and describe none. */
const NO_RECORDS = Number.MAX_SAFE_INTEGER;

/** Sums up the live allocations of an account that a filter means, in all workers at once. */
export async function sumLiveTraffic(
  workers: LiveWorkers,
  accountId: AccountId,
  filter: AllocationFilter,
): Promise<LiveSum> {
  const places = Array.from({ length: workers.workerCount }, (_, worker) => worker);
  const sums = await Promise.all(places.map((worker) => sumWorker(workers, worker, accountId, filter)));
  return {
    totals: sums.reduce<LiveTotals>((sum, one) => (one === undefined ? sum : addTotals(sum, one)), NOTHING),
    missing: places.filter((worker) => sums[worker] === undefined),
  };
}

/** What two sets of allocations come to that have none in common. */
export function addTotals(a: LiveTotals, b: LiveTotals): LiveTotals {
  return {
    allocations: a.allocations + b.allocations,
    ingressBitsPerSecond: a.ingressBitsPerSecond + b.ingressBitsPerSecond,
    ingressPacketsPerSecond: a.ingressPacketsPerSecond + b.ingressPacketsPerSecond,
    egressBitsPerSecond: a.egressBitsPerSecond + b.egressBitsPerSecond,
    egressPacketsPerSecond: a.egressPacketsPerSecond + b.egressPacketsPerSecond,
  };
}

/** Undefined when the worker does not answer, or another has taken its place meanwhile. */
async function sumWorker(
  workers: LiveWorkers,
  worker: number,
  accountId: AccountId,
  filter: AllocationFilter,
): Promise<LiveTotals | undefined> {
  const query = { accountId, filter, rowsMax: LIVE_NUMBERS_PER_SLICE_MAX, changedAfter: NO_RECORDS };
  let totals = NOTHING;
  let incarnation: string | undefined;
  for (let from: number | undefined = 0; from !== undefined; ) {
    const answer = await workers.ask(worker, { kind: 'read', query: { ...query, from } });
    const slice = answer?.kind === 'read' ? answer.slice : undefined;
    incarnation ??= slice?.incarnation;
    if (slice === undefined || slice.incarnation !== incarnation) {
      return undefined;
    }
    for (let at = 0; at < slice.rows.length; at += ROW_WIDTH) {
      totals = addTotals(totals, { allocations: 1, ...readTraffic(slice.rows, at) });
    }
    from = slice.next;
  }
  return totals;
}
