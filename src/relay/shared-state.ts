import { randomInt } from 'node:crypto';
import { QUOTA_SCOPES } from '../turn/quota-keys.ts';
import {
  RELAY_COUNTER,
  RELAY_GAUGES,
  readWorkerCounters,
  viewWorkerCounters,
  WORKER_COUNTERS_BYTES,
  type WorkerCounterName,
} from './relay-counters.ts';
import type { RelayOptions } from './relay-options.ts';
import { SharedTally } from './shared-tally.ts';
import { WORKER_HOLD_BYTES, WorkerHold } from './worker-hold.ts';

/** The memory that workers share with the supervisor. It outlives each of them. */
export class SharedState {
  /** By worker. */
  readonly countersMemory: readonly SharedArrayBuffer[];
  readonly holdMemory = new SharedArrayBuffer(WORKER_HOLD_BYTES);
  readonly hold = new WorkerHold(this.holdMemory);
  readonly tallyMemory: SharedArrayBuffer;
  readonly tallyCapacity: number;
  readonly #tally: SharedTally;
  readonly #workers: number;

  constructor({ workers, limits, relays, relayPorts }: RelayOptions) {
    this.#workers = workers;
    this.countersMemory = Array.from({ length: workers }, () => new SharedArrayBuffer(WORKER_COUNTERS_BYTES));
    const portCount = relays.length * (relayPorts.max - relayPorts.min + 1);
    // A request is counted before it is known whether it gets a port, and each worker handles one at a time.
    const allocationsMax = Math.min(workers * limits.allocationsMax, portCount) + workers;
    this.tallyCapacity = chooseCapacity(QUOTA_SCOPES.length * allocationsMax);
    this.tallyMemory = SharedTally.makeMemory(this.tallyCapacity, workers, randomInt(2 ** 32));
    this.#tally = new SharedTally(this.tallyMemory, this.tallyCapacity, workers);
  }

  /** Takes out what a worker that died has left behind; answers with the number of allocations that it had. */
  clearWorker(index: number): number {
    this.#tally.forgetWorker(index, this.#workers);
    const { relay } = this.#view(index);
    const lost = relay[RELAY_COUNTER.allocations] as number;
    for (const gauge of RELAY_GAUGES) {
      relay[RELAY_COUNTER[gauge]] = 0;
    }
    return lost;
  }

  readWorkers(): Record<WorkerCounterName, number>[] {
    return this.countersMemory.map((_, index) => readWorkerCounters(this.#view(index)));
  }

  allocationCount(): number {
    return this.countersMemory.reduce(
      (sum, _, index) => sum + (this.#view(index).relay[RELAY_COUNTER.allocations] as number),
      0,
    );
  }

  #view(index: number) {
    return viewWorkerCounters(this.countersMemory[index] as SharedArrayBuffer);
  }
}

/** A power of two that so many rows fill by three quarters at most. */
function chooseCapacity(rowsMax: number): number {
  return 2 ** Math.ceil(Math.log2((Math.max(rowsMax, 16) * 4) / 3));
}
