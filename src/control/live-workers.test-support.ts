import type { UnixMs } from '../base/clock.ts';
import type { AccountId, KeyUid, Username } from '../contract/ids.ts';
import type { AllocationRecord, AllocationSlice } from '../contract/live-allocation.ts';
import type { LiveAnswer, LiveQuestion, LiveWorkers } from '../contract/live-workers.ts';

/** An allocation of a made-up worker; its number is its serial. */
interface FakeAllocation {
  peerCount: number;
  bytes: number;
  /** Server to client, a packet for every hundred bits. */
  bitsPerSecond: number;
  revision: number;
}

/** A worker whose allocations a test makes, changes and ends, and which answers as a real one does, two rows a slice. */
export class FakeWorker {
  incarnation = '0123456789ab';
  isAnswering = true;
  readonly asked: LiveQuestion[] = [];
  recordsTold = 0;
  readonly #allocations = new Map<number, FakeAllocation>();
  #revision = 0;

  begin(): number {
    this.#revision += 1;
    this.#allocations.set(this.#revision, { peerCount: 0, bytes: 0, bitsPerSecond: 0, revision: this.#revision });
    return this.#revision;
  }

  move(serial: number): void {
    (this.#allocations.get(serial) as FakeAllocation).bytes += 100;
  }

  rate(serial: number, bitsPerSecond: number): void {
    (this.#allocations.get(serial) as FakeAllocation).bitsPerSecond = bitsPerSecond;
  }

  permit(serial: number): void {
    const allocation = this.#allocations.get(serial) as FakeAllocation;
    this.#revision += 1;
    allocation.peerCount += 1;
    allocation.revision = this.#revision;
  }

  end(serial: number): void {
    this.#allocations.delete(serial);
  }

  /** Dies, and has a successor that knows nothing. */
  die(incarnation: string): void {
    this.#allocations.clear();
    this.#revision = 0;
    this.incarnation = incarnation;
  }

  answer(question: LiveQuestion): LiveAnswer | undefined {
    this.asked.push(question);
    if (!this.isAnswering) {
      return undefined;
    }
    switch (question.kind) {
      case 'read':
        return {
          kind: 'read',
          slice: this.#slice(question.query.from, question.query.rowsMax, question.query.changedAfter),
        };
      case 'describe':
        return { kind: 'describe', detail: undefined };
      case 'end':
        return { kind: 'end', isEnded: this.#allocations.delete(question.ref.serial) };
    }
  }

  #slice(from: number, rowsMax: number, changedAfter: number): AllocationSlice {
    const found = [...this.#allocations].filter(([serial]) => serial >= from);
    const told = found.slice(0, Math.min(rowsMax, 2));
    const rows = told.flatMap(([serial, { bytes, bitsPerSecond: bits }]) => [
      serial,
      serial,
      bytes,
      bytes / 100,
      0,
      0,
      0,
      0,
      bits,
      bits / 100,
    ]);
    const records = told.flatMap(([serial, { peerCount, revision }], place) =>
      revision > changedAfter ? [{ place, record: describe(serial, peerCount) }] : [],
    );
    this.recordsTold += records.length;
    return {
      incarnation: this.incarnation,
      rows: Float64Array.from(rows),
      records,
      next: found[told.length]?.[0],
      revision: this.#revision,
    };
  }
}

export function lendWorkers(...workers: readonly FakeWorker[]): LiveWorkers {
  return {
    workerCount: workers.length,
    ask: async (worker, question) => workers[worker]?.answer(question),
  };
}

export const SOME_ACCOUNT = 'default' as AccountId;

function describe(serial: number, peerCount: number): AllocationRecord {
  return {
    username: `user ${serial}` as Username,
    keyUid: '1'.repeat(32) as KeyUid,
    customIdentifier: '',
    transport: 'udp',
    clientAddress: `198.51.100.1:${serial}`,
    relayAddresses: [],
    peers: [],
    peerCount,
    startedAt: 0 as UnixMs,
    expiresAt: 0 as UnixMs,
    credentialExpiresAt: 0 as UnixMs,
  };
}
