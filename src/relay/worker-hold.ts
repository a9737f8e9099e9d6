/** Bytes of memory that a `WorkerHold` takes. */
export const WORKER_HOLD_BYTES = 4;

/**
 * A flag that all workers of a process share: not all of them listen, be it at the start or since one has died, and the kernel
 * gives UDP clients to whoever is there. While it is up, workers drop what comes from clients without an allocation, since an
 * answer would tell a client of another worker that its allocation is gone; whoever gets no answer asks again half a second
 * later (RFC 8489 §6.2.1).
 */
export class WorkerHold {
  readonly #flag: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#flag = new Int32Array(memory);
  }

  get isUp(): boolean {
    return Atomics.load(this.#flag, 0) === 1;
  }

  raise(): void {
    Atomics.store(this.#flag, 0, 1);
  }

  lower(): void {
    Atomics.store(this.#flag, 0, 0);
  }
}
