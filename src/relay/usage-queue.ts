import type { UsageDelta } from '../contract/usage-delta.ts';

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;

export interface UsageQueueOptions {
  readonly store: (delta: UsageDelta) => Promise<void> | void;
  readonly onStored: (delta: UsageDelta) => void;
  /** Called for each attempt that failed; the report stays first in the queue. */
  readonly onFailed: (error: unknown, waiting: number) => void;
}

/**
 * The workers' usage reports on their way to the store: in order, one at a time, each repeated until the store has taken it.
 * Their number is bounded by the workers, which pause when too many are not acknowledged.
 */
export class UsageQueue {
  readonly #options: UsageQueueOptions;
  readonly #waiting: UsageDelta[] = [];
  readonly #settling: { readonly resolve: () => void; readonly reject: (reason: unknown) => void }[] = [];
  #isStoring = false;
  #isStopped = false;
  #retryMs = RETRY_MS_MIN;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: UsageQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(delta: UsageDelta): void {
    this.#waiting.push(delta);
    if (this.#retry === undefined) {
      void this.#storeAll();
    }
  }

  /**
   * Resolves when everything is stored.
   * @throws what the store threw, when it did; the reports are kept, and tried again later.
   */
  settle(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settling.push({ resolve, reject });
      void this.#storeAll();
    });
  }

  /** Tries no more, also when what the store is busy with fails later. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  async #storeAll(): Promise<void> {
    if (this.#isStoring) {
      return;
    }
    this.#isStoring = true;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    let failure: { readonly error: unknown } | undefined;
    for (let first = this.#waiting[0]; first !== undefined && failure === undefined; first = this.#waiting[0]) {
      try {
        await this.#options.store(first);
        this.#waiting.shift();
        this.#retryMs = RETRY_MS_MIN;
        this.#options.onStored(first);
      } catch (error) {
        failure = { error };
      }
    }
    this.#isStoring = false;
    if (failure !== undefined) {
      this.#retryLater(failure.error);
    }
    for (const { resolve, reject } of this.#settling.splice(0)) {
      failure === undefined ? resolve() : reject(failure.error);
    }
  }

  #retryLater(error: unknown): void {
    if (this.#isStopped) {
      return;
    }
    this.#options.onFailed(error, this.#waiting.length);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#storeAll();
    }, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX);
  }
}
