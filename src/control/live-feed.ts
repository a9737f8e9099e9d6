import {
  LIVE_FRAME_ROWS_KEPT_MAX,
  LIVE_FRAMES_KEPT_MAX,
  LIVE_POLL_MS,
  LIVE_POLL_PAUSE_MS_MIN,
} from '../base/limits.ts';
import type { AccountId } from '../contract/ids.ts';
import type { AllocationFilter } from '../contract/live-allocation.ts';
import type { LiveWorkers } from '../contract/live-workers.ts';
import type { LiveAllocation } from './live-allocation.ts';
import { type WorkerChanges, WorkerMirror } from './worker-mirror.ts';

/** What has changed from one version of a feed to the next. */
export interface LiveFrame extends WorkerChanges {
  readonly version: number;
  /** Workers that did not answer: what is told of their allocations is what they said before. */
  readonly missing: readonly number[];
}

/**
 * The live allocations that one account and filter mean, read once a second for all who watch, and not at all while nobody does.
 * Each reading that finds a difference is a version; the latest differences are kept, so that who reads slowly, or comes again,
 * can go on from an earlier version.
 */
export class LiveFeed {
  /** Tells it from all other feeds of this process. */
  readonly name: string;
  readonly #mirrors: readonly WorkerMirror[];
  readonly #frames: LiveFrame[] = [];
  #frameRows = 0;
  /** The version of the latest frame; undefined before the first reading. */
  #version: number | undefined;
  #missing: readonly number[] = [];
  #watchers = 0;
  #isReading = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(name: string, workers: LiveWorkers, accountId: AccountId, filter: AllocationFilter) {
    this.name = name;
    this.#mirrors = Array.from(
      { length: workers.workerCount },
      (_, worker) => new WorkerMirror(workers, worker, accountId, filter),
    );
  }

  get watchers(): number {
    return this.#watchers;
  }

  /** Watches from now on. @returns what ends it. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1 && !this.#isReading) {
      void this.#read();
    }
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) {
        clearTimeout(this.#timer);
      }
    };
  }

  /** Everything now, and the version that it is. Undefined before the first reading. */
  takeSnapshot():
    | { readonly version: number; readonly allocations: readonly LiveAllocation[]; readonly missing: readonly number[] }
    | undefined {
    const allocations = this.#mirrors.flatMap((mirror) => [...mirror.allocations]);
    return this.#version === undefined ? undefined : { version: this.#version, allocations, missing: this.#missing };
  }

  /** What has changed since a version; undefined when that is not known any more, or never was. */
  listFramesAfter(version: number): readonly LiveFrame[] | undefined {
    const first = (this.#version ?? 0) - this.#frames.length;
    return this.#version === undefined || version < first || version > this.#version
      ? undefined
      : this.#frames.slice(version - first);
  }

  /** Resolves at the next reading that finds something, and at the first; at once when `signal` aborts. */
  waitForFrame(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        this.#waiting.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      this.#waiting.add(finish);
      signal.aborted ? finish() : signal.addEventListener('abort', finish);
    });
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const begun = performance.now();
    const changes = await Promise.all(this.#mirrors.map((mirror) => mirror.read()));
    this.#isReading = false;
    this.#take(changes);
    if (this.#watchers > 0) {
      const pauseMs = Math.max(LIVE_POLL_MS - (performance.now() - begun), LIVE_POLL_PAUSE_MS_MIN);
      this.#timer = setTimeout(() => void this.#read(), pauseMs);
    }
  }

  #take(changes: readonly (WorkerChanges | undefined)[]): void {
    const missing = changes.flatMap((change, worker) => (change === undefined ? [worker] : []));
    const frame = {
      added: changes.flatMap((change) => change?.added ?? []),
      changed: changes.flatMap((change) => change?.changed ?? []),
      removed: changes.flatMap((change) => change?.removed ?? []),
      missing,
    };
    const rows = countRows(frame);
    const isNews = rows > 0 || missing.join() !== this.#missing.join();
    this.#missing = missing;
    if (this.#version === undefined) {
      this.#version = 0;
    } else if (isNews) {
      this.#version += 1;
      this.#frames.push({ version: this.#version, ...frame });
      this.#frameRows += rows;
      this.#forgetFrames();
    } else {
      return;
    }
    for (const wake of [...this.#waiting]) {
      wake();
    }
  }

  #forgetFrames(): void {
    while (this.#frames.length > LIVE_FRAMES_KEPT_MAX || this.#frameRows > LIVE_FRAME_ROWS_KEPT_MAX) {
      const oldest = this.#frames.shift();
      this.#frameRows -= oldest === undefined ? this.#frameRows : countRows(oldest);
    }
  }
}

function countRows({ added, changed, removed }: WorkerChanges): number {
  return added.length + changed.length + removed.length;
}
