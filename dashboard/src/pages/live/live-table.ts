import type { LiveAllocation } from './live-allocation.ts';

interface LiveEvent {
  /** Of a snapshot, from 1. */
  readonly part?: number;
  readonly allocations?: readonly (Pick<LiveAllocation, 'id'> & Partial<LiveAllocation>)[];
  readonly ids?: readonly string[];
  readonly missing?: readonly number[];
  readonly workers?: readonly number[];
}

/** The live allocations as the events of the stream have told them so far. */
export class LiveTable {
  missingWorkers: readonly number[] = [];
  readonly #byId = new Map<string, LiveAllocation>();

  apply(name: 'snapshot' | 'added' | 'changed' | 'removed' | 'missing', event: LiveEvent): void {
    if (name === 'snapshot' && event.part === 1) {
      this.#byId.clear();
    }
    if (name === 'snapshot' || name === 'missing') {
      this.missingWorkers = event.missing ?? event.workers ?? [];
    }
    for (const change of event.allocations ?? []) {
      // A change of traffic tells that alone; what it changes was told before.
      this.#byId.set(change.id, { ...this.#byId.get(change.id), ...change } as LiveAllocation);
    }
    for (const id of event.ids ?? []) {
      this.#byId.delete(id);
    }
  }

  list(): readonly LiveAllocation[] {
    return [...this.#byId.values()];
  }
}
