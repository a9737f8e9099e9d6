import type { Instant } from '../base/clock.ts';
import type { ClientTransport, CredentialId } from '../contract/ids.ts';
import type { TrafficTotals } from '../contract/traffic-totals.ts';
import type { UsageRow } from '../contract/usage-delta.ts';
import type { Allocation } from './allocation.ts';
import type { AllocationTable } from './allocation-table.ts';
import { growColumn, INITIAL_ROWS } from './columns.ts';
import { COUNTER } from './counter.ts';
import { TRAFFIC_COUNTS, TrafficHistory } from './traffic-history.ts';

/** What was collected at once. */
export interface UsageSlice {
  /** At most one per username and transport. */
  readonly rows: UsageRow[];
  /** Where the next slice begins; undefined when everything has been collected. */
  readonly next: number | undefined;
}

/** A row that is being summed up. */
type OpenRow = { -readonly [Field in keyof UsageRow]: UsageRow[Field] };
/** Rows by transport and username. No key is made of the two: there may be very many, each of a hundred characters. */
type OpenRows = Readonly<Record<ClientTransport, Map<CredentialId, OpenRow>>>;

/**
 * Counts what each allocation moves between client and server since it was last collected: messages of the allocation's
 * 5-tuple, its authenticated requests and their answers among them, as `UsageRow` defines it. What allocations that ended
 * have moved waits for the next collection.
 */
export class Meter {
  readonly #counters: Float64Array;
  #ingressBytes = new Float64Array(INITIAL_ROWS);
  #ingressPackets = new Float64Array(INITIAL_ROWS);
  #egressBytes = new Float64Array(INITIAL_ROWS);
  #egressPackets = new Float64Array(INITIAL_ROWS);
  /** From when on the time that an allocation lived has not been collected, in whole milliseconds. */
  #since = new Float64Array(INITIAL_ROWS);
  /** 1 while an allocation's beginning has not been collected. */
  #isNew = new Uint8Array(INITIAL_ROWS);
  /** What ended allocations have moved, and live ones while they are collected. */
  readonly #open: OpenRows = { udp: new Map(), tcp: new Map(), tls: new Map() };
  readonly #history = new TrafficHistory();
  /** What one allocation has moved since it was last collected. */
  readonly #counts = new Float64Array(TRAFFIC_COUNTS);
  /** What one allocation has moved in all, and its rates. */
  readonly #traffic = new Float64Array(2 * TRAFFIC_COUNTS);

  constructor(counters: Float64Array) {
    this.#counters = counters;
  }

  start(allocation: number, now: Instant): void {
    this.#ingressBytes = growColumn(this.#ingressBytes, allocation + 1);
    this.#ingressPackets = growColumn(this.#ingressPackets, allocation + 1);
    this.#egressBytes = growColumn(this.#egressBytes, allocation + 1);
    this.#egressPackets = growColumn(this.#egressPackets, allocation + 1);
    this.#since = growColumn(this.#since, allocation + 1);
    this.#isNew = growColumn(this.#isNew, allocation + 1);
    this.#history.start(allocation);
    this.#clear(allocation, now);
    this.#isNew[allocation] = 1;
  }

  /** Counts one message of `length` bytes from the client. */
  countIngress(allocation: number, length: number): void {
    this.#ingressBytes[allocation] = (this.#ingressBytes[allocation] as number) + length;
    this.#ingressPackets[allocation] = (this.#ingressPackets[allocation] as number) + 1;
    this.#counters[COUNTER.ingress_bytes] = (this.#counters[COUNTER.ingress_bytes] as number) + length;
  }

  /** Counts one message of `length` bytes to the client. */
  countEgress(allocation: number, length: number): void {
    this.#egressBytes[allocation] = (this.#egressBytes[allocation] as number) + length;
    this.#egressPackets[allocation] = (this.#egressPackets[allocation] as number) + 1;
    this.#counters[COUNTER.egress_bytes] = (this.#counters[COUNTER.egress_bytes] as number) + length;
  }

  /** What a live allocation has moved since it began. */
  totalsOf(allocation: number, now: Instant): TrafficTotals {
    const traffic = this.#traffic;
    this.read(allocation, now, traffic, 0);
    return {
      ingressBytes: traffic[0] as number,
      ingressPackets: traffic[1] as number,
      egressBytes: traffic[2] as number,
      egressPackets: traffic[3] as number,
    };
  }

  /** Keeps what an ending allocation has moved for the next collection. */
  end(allocation: number, record: Allocation, now: Instant): void {
    this.#addToOpen(allocation, record, now);
  }

  /**
   * What has been moved since the last collection: of the live allocations from number `from` on, and of those that ended. It looks
   * at no more than `count` allocations and returns no more than `count` rows, so that tens of thousands of allocations need
   * not be collected in one go, which would hold up packets.
   */
  collect(allocations: AllocationTable, from: number, count: number, now: Instant): UsageSlice {
    const to = Math.min(from + count, allocations.numbersEnd);
    allocations.forEachLive(
      (allocation) => this.#addToOpen(allocation, allocations.recordOf(allocation), now),
      from,
      to,
    );
    const rows = this.#takeOpen(count);
    const isWhole = to === allocations.numbersEnd && this.#openCount === 0;
    return { rows, next: isWhole ? undefined : to };
  }

  /** Writes what a live allocation has moved since its start, and its rates, to `out`: see `readTraffic`. */
  read(allocation: number, now: Instant, out: Float64Array, at: number): void {
    this.#loadCounts(allocation);
    this.#history.read(allocation, this.#openMs(allocation, now), this.#counts, out, at);
  }

  get #openCount(): number {
    return this.#open.udp.size + this.#open.tcp.size + this.#open.tls.size;
  }

  #takeOpen(count: number): UsageRow[] {
    const rows: UsageRow[] = [];
    for (const ofTransport of [this.#open.udp, this.#open.tcp, this.#open.tls]) {
      for (const [id, row] of ofTransport) {
        if (rows.length === count) {
          return rows;
        }
        rows.push(row);
        ofTransport.delete(id);
      }
    }
    return rows;
  }

  #addToOpen(allocation: number, record: Allocation, now: Instant): void {
    const { user, socket } = record;
    const ofTransport = this.#open[socket.transport];
    const row = ofTransport.get(user.id) ?? emptyRow(record);
    ofTransport.set(user.id, row);
    const ms = this.#openMs(allocation, now);
    const counts = this.#loadCounts(allocation);
    row.ingressBytes += counts[0] as number;
    row.ingressPackets += counts[1] as number;
    row.egressBytes += counts[2] as number;
    row.egressPackets += counts[3] as number;
    row.allocationsStarted += this.#isNew[allocation] as number;
    row.allocationMs += ms;
    this.#history.add(allocation, ms, counts);
    this.#clear(allocation, now);
  }

  /** How long it is that the allocation was last collected, in whole milliseconds. */
  #openMs(allocation: number, now: Instant): number {
    return Math.floor(now) - (this.#since[allocation] as number);
  }

  #loadCounts(allocation: number): Float64Array {
    const counts = this.#counts;
    counts[0] = this.#ingressBytes[allocation] as number;
    counts[1] = this.#ingressPackets[allocation] as number;
    counts[2] = this.#egressBytes[allocation] as number;
    counts[3] = this.#egressPackets[allocation] as number;
    return counts;
  }

  #clear(allocation: number, now: Instant): void {
    this.#ingressBytes[allocation] = 0;
    this.#ingressPackets[allocation] = 0;
    this.#egressBytes[allocation] = 0;
    this.#egressPackets[allocation] = 0;
    this.#since[allocation] = Math.floor(now);
    this.#isNew[allocation] = 0;
  }
}

function emptyRow(record: Allocation): OpenRow {
  const { username, claims } = record.user;
  return {
    accountId: record.accountId,
    keyUid: claims.keyUid,
    customIdentifier: claims.customIdentifier,
    username,
    transport: record.socket.transport,
    ingressBytes: 0,
    ingressPackets: 0,
    egressBytes: 0,
    egressPackets: 0,
    allocationsStarted: 0,
    allocationMs: 0,
  };
}
