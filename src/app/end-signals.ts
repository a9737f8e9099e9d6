/** npm and a process group deliver one signal more than once, by several ways; within this time it counts as one. */
const SAME_SIGNAL_MS = 500;

export interface EndSignalsOptions {
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  /** Called at the third signal. */
  readonly onThird: () => void;
}

/** Counts the signals that ask the service to end: `first` resolves at the first, `second` aborts at the second. */
export class EndSignals {
  readonly first: Promise<void>;
  readonly #options: EndSignalsOptions;
  readonly #first = Promise.withResolvers<void>();
  readonly #second = new AbortController();
  #count = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(options: EndSignalsOptions) {
    this.#options = options;
    this.first = this.#first.promise;
  }

  get second(): AbortSignal {
    return this.#second.signal;
  }

  hear(): void {
    const now = this.#options.now();
    if (now - this.#countedAt < SAME_SIGNAL_MS) {
      return;
    }
    this.#countedAt = now;
    this.#count += 1;
    if (this.#count === 1) {
      this.#first.resolve();
    } else if (this.#count === 2) {
      this.#second.abort();
    } else {
      this.#options.onThird();
    }
  }
}
