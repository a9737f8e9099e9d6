import { LIVE_ALLOCATIONS_PER_PAGE_MAX } from '../base/limits.ts';
import { formatAllocationId } from '../contract/allocation-id.ts';
import type { AccountId } from '../contract/ids.ts';
import {
  type AllocationFilter,
  type AllocationSlice,
  ROW_NUMBER,
  ROW_SERIAL,
  ROW_WIDTH,
  readTraffic,
} from '../contract/live-allocation.ts';
import { ControlError } from './errors.ts';
import type { LiveAllocation } from './live-allocation.ts';
import { type AllocationFilterInput, parseAllocationFilter } from './parse-allocation-filter.ts';
import type { ControlPorts } from './ports.ts';
import { requireAccount } from './require-account.ts';
import { requireRelay } from './require-relay.ts';

export interface LivePageRequest {
  readonly filter: AllocationFilterInput;
  readonly limit: number;
  /** The `next` of the page before; undefined for the first. */
  readonly cursor: string | undefined;
}

export interface LivePage {
  readonly allocations: readonly LiveAllocation[];
  /** Where the next page begins; undefined behind the last. */
  readonly next: string | undefined;
  /** Workers that did not answer: their allocations are not on the page. */
  readonly missing: readonly number[];
}

/** Where a page begins: a worker, and a number of an allocation there. */
interface Place {
  readonly worker: number;
  readonly from: number;
}

const CURSOR = /^([0-9a-f]{2})([0-9a-f]{6})$/;

/**
 * One page of an account's live allocations, in an order that does not change while they live: whoever reads page by page sees
 * each that lives all the while once, whatever begins and ends meanwhile.
 * @throws {ControlError} `account-not-found`, `invalid-cursor`, `invalid-filter`, `relay-unavailable`.
 */
export async function listLiveAllocations(
  ports: ControlPorts,
  accountId: string,
  { filter: filterInput, limit, cursor }: LivePageRequest,
): Promise<LivePage> {
  const filter = parseAllocationFilter(filterInput);
  let place: Place | undefined = parseCursor(cursor);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIVE_ALLOCATIONS_PER_PAGE_MAX) {
    throw new ControlError(
      'invalid-cursor',
      `limit must be a whole number from 1 to ${LIVE_ALLOCATIONS_PER_PAGE_MAX}.`,
    );
  }
  const { id } = await requireAccount(ports.store, accountId);
  const { workerCount } = requireRelay(ports);
  place = place.worker < workerCount ? place : undefined;
  const allocations: LiveAllocation[] = [];
  const missing: number[] = [];
  while (place !== undefined && allocations.length < limit) {
    const slice = await readSlice(ports, id, filter, place, limit - allocations.length);
    if (slice === undefined) {
      missing.push(place.worker);
    } else {
      allocations.push(...listItems(place.worker, slice));
    }
    place = slice?.next === undefined ? nextWorker(place, workerCount) : { ...place, from: slice.next };
  }
  return { allocations, next: place === undefined ? undefined : formatCursor(place), missing };
}

async function readSlice(
  { live }: ControlPorts,
  accountId: AccountId,
  filter: AllocationFilter,
  { worker, from }: Place,
  rowsMax: number,
): Promise<AllocationSlice | undefined> {
  const answer = await live.ask(worker, {
    kind: 'read',
    query: { accountId, filter, from, rowsMax, changedAfter: -1 },
  });
  return answer?.kind === 'read' ? answer.slice : undefined;
}

function listItems(worker: number, { incarnation, rows, records }: AllocationSlice): LiveAllocation[] {
  return records.map(({ place, record }) => {
    const at = place * ROW_WIDTH;
    const ref = { number: rows[at + ROW_NUMBER] as number, serial: rows[at + ROW_SERIAL] as number };
    return { id: formatAllocationId({ worker, incarnation, ...ref }), record, traffic: readTraffic(rows, at) };
  });
}

function nextWorker({ worker }: Place, workerCount: number): Place | undefined {
  return worker + 1 < workerCount ? { worker: worker + 1, from: 0 } : undefined;
}

function parseCursor(cursor: string | undefined): Place {
  const [, worker, from] = CURSOR.exec(cursor ?? '00000000') ?? [];
  if (worker === undefined || from === undefined) {
    throw new ControlError('invalid-cursor', 'cursor must be what the page before gave.');
  }
  return { worker: Number.parseInt(worker, 16), from: Number.parseInt(from, 16) };
}

function formatCursor({ worker, from }: Place): string {
  return worker.toString(16).padStart(2, '0') + from.toString(16).padStart(6, '0');
}
