import type { Bus, ChangeHint } from '../control/ports.ts';

type Listener = (hint: ChangeHint) => void;

/** The bus of a single process. A hint arrives after the publisher's current turn, never within its call. */
export class LocalBus implements Bus {
  readonly #listeners = new Set<Listener>();
  #isClosed = false;

  publish(hint: ChangeHint): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (!this.#isClosed && this.#listeners.has(listener)) {
          listener(hint);
        }
      });
    }
  }

  subscribe(onHint: Listener): () => void {
    // A function of its own for each subscription, so that the same callback may subscribe twice.
    const listener: Listener = (hint) => onHint(hint);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    return Promise.resolve();
  }
}
