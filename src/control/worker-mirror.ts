import { LIVE_NUMBERS_PER_SLICE_MAX } from '../base/limits.ts';
import { formatAllocationId } from '../contract/allocation-id.ts';
import type { AccountId } from '../contract/ids.ts';
import {
  type AllocationFilter,
  type AllocationRecord,
  type AllocationSlice,
  type AllocationTraffic,
  ROW_NUMBER,
  ROW_SERIAL,
  ROW_WIDTH,
  readTraffic,
} from '../contract/live-allocation.ts';
import type { LiveWorkers } from '../contract/live-workers.ts';
import type { LiveAllocation } from './live-allocation.ts';

export interface WorkerChanges {
  readonly added: readonly LiveAllocation[];
  readonly changed: readonly ChangedAllocation[];
  /** Their ids. */
  readonly removed: readonly string[];
}

export interface ChangedAllocation {
  readonly allocation: LiveAllocation;
  /** Whether more has changed than its traffic. */
  readonly isRecordNew: boolean;
}

/** A reading that is under way. */
interface Sweep {
  readonly items: Map<number, LiveAllocation>;
  readonly added: LiveAllocation[];
  readonly changed: ChangedAllocation[];
}

/**
 * What one worker's live allocations were when they were last read. To read them anew takes numbers for each, and a description
 * of those alone that have changed.
 */
export class WorkerMirror {
  readonly #workers: LiveWorkers;
  readonly #worker: number;
  readonly #accountId: AccountId;
  readonly #filter: AllocationFilter;
  #incarnation = '';
  /** By serial. */
  #items: ReadonlyMap<number, LiveAllocation> = new Map();
  #revision = -1;

  constructor(workers: LiveWorkers, worker: number, accountId: AccountId, filter: AllocationFilter) {
    this.#workers = workers;
    this.#worker = worker;
    this.#accountId = accountId;
    this.#filter = filter;
  }

  get allocations(): Iterable<LiveAllocation> {
    return this.#items.values();
  }

  /** Reads all of them, and tells what has changed; undefined when the worker did not answer, and then all is as it was. */
  async read(): Promise<WorkerChanges | undefined> {
    const first = await this.#readSlice(0, this.#revision);
    if (first === undefined) {
      return undefined;
    }
    if (first.incarnation !== this.#incarnation && this.#revision !== -1) {
      return this.#readSuccessor();
    }
    return this.#readOn(first, this.#items);
  }

  /** What the predecessor had is gone, and revisions begin anew. */
  async #readSuccessor(): Promise<WorkerChanges | undefined> {
    const first = await this.#readSlice(0, -1);
    const before = [...this.#items.values()];
    const changes = first === undefined ? undefined : await this.#readOn(first, new Map());
    return changes === undefined ? undefined : { ...changes, removed: before.map(({ id }) => id) };
  }

  async #readOn(
    first: AllocationSlice,
    before: ReadonlyMap<number, LiveAllocation>,
  ): Promise<WorkerChanges | undefined> {
    const { incarnation, revision } = first;
    const changedAfter = before === this.#items ? this.#revision : -1;
    const sweep: Sweep = { items: new Map(), added: [], changed: [] };
    for (let slice: AllocationSlice | undefined = first; ; ) {
      if (slice === undefined || slice.incarnation !== incarnation) {
        return undefined;
      }
      this.#take(slice, before, sweep);
      if (slice.next === undefined) {
        break;
      }
      slice = await this.#readSlice(slice.next, changedAfter);
    }
    this.#incarnation = incarnation;
    // What changed while the later slices were read is told once more, which does no harm.
    this.#revision = revision;
    this.#items = sweep.items;
    const removed = [...before].flatMap(([serial, { id }]) => (sweep.items.has(serial) ? [] : [id]));
    return { added: sweep.added, changed: sweep.changed, removed };
  }

  #take(slice: AllocationSlice, before: ReadonlyMap<number, LiveAllocation>, { items, added, changed }: Sweep): void {
    const { rows, incarnation } = slice;
    const records = new Map(slice.records.map(({ place, record }) => [place, record]));
    for (let place = 0; place * ROW_WIDTH < rows.length; place += 1) {
      const at = place * ROW_WIDTH;
      const serial = rows[at + ROW_SERIAL] as number;
      const known = before.get(serial);
      const record = records.get(place);
      if (known !== undefined) {
        const now = refresh(known, record, rows, at);
        items.set(serial, now);
        if (now !== known) {
          changed.push({ allocation: now, isRecordNew: record !== undefined });
        }
      } else if (record !== undefined) {
        const ref = { number: rows[at + ROW_NUMBER] as number, serial };
        const id = formatAllocationId({ worker: this.#worker, incarnation, ...ref });
        const allocation = { id, record, traffic: readTraffic(rows, at) };
        items.set(serial, allocation);
        added.push(allocation);
      }
    }
  }

  async #readSlice(from: number, changedAfter: number): Promise<AllocationSlice | undefined> {
    const query = {
      accountId: this.#accountId,
      filter: this.#filter,
      from,
      // All: a slice has no more rows than it looks at numbers.
      rowsMax: LIVE_NUMBERS_PER_SLICE_MAX,
      changedAfter,
    };
    const answer = await this.#workers.ask(this.#worker, { kind: 'read', query });
    return answer?.kind === 'read' ? answer.slice : undefined;
  }
}

/** The allocation as it is now: the same object when nothing has changed. */
function refresh(
  known: LiveAllocation,
  record: AllocationRecord | undefined,
  rows: Float64Array,
  at: number,
): LiveAllocation {
  const traffic = readTraffic(rows, at);
  return record === undefined && isSame(traffic, known.traffic)
    ? known
    : { id: known.id, record: record ?? known.record, traffic };
}

/** Packets and bytes grow together, and rates are of them. */
function isSame(a: AllocationTraffic, b: AllocationTraffic): boolean {
  return (
    a.ingressPackets === b.ingressPackets &&
    a.egressPackets === b.egressPackets &&
    a.ingressBitsPerSecond === b.ingressBitsPerSecond &&
    a.egressBitsPerSecond === b.egressBitsPerSecond &&
    a.ingressPacketsPerSecond === b.ingressPacketsPerSecond &&
    a.egressPacketsPerSecond === b.egressPacketsPerSecond
  );
}
