import { assert } from '../base/assert.ts';

/**
 * Which worker the kernel gives a UDP client to, kept as it was when a worker has died.
 *
 * Linux keeps the sockets that share a port in a row, and the hash of a client's addresses chooses the place. A socket that is
 * closed is replaced by the last of the row; a new one is put at the end. After a worker has died and its successor has bound,
 * two places are therefore exchanged, and the clients of both would find a worker that does not know them. A worker that
 * closes its sockets and binds again changes places with the last: so every order can be restored.
 */
export class ReuseportOrder {
  readonly #workers: number;
  /** Workers by place, as in the kernel. In order when each worker is at its own number. */
  readonly #places: number[] = [];

  constructor(workers: number) {
    this.#workers = workers;
  }

  /** A worker has bound its ports. */
  add(worker: number): void {
    assert(!this.#places.includes(worker), 'a worker binds once');
    this.#places.push(worker);
  }

  /** A worker's sockets are closed; nothing happens when it had none. */
  remove(worker: number): void {
    const place = this.#places.indexOf(worker);
    const last = this.#places.pop();
    if (place === -1 && last !== undefined) {
      this.#places.push(last);
    } else if (last !== undefined && place < this.#places.length) {
      this.#places[place] = last;
    }
  }

  /** The worker that must bind anew next; undefined when all are in order, or not all are there. */
  nextToRebind(): number | undefined {
    const last = this.#places[this.#workers - 1];
    if (last === undefined) {
      return undefined;
    }
    // Whoever sits where the last one belongs changes places with it; a last one in its place makes room for another's turn.
    return last === this.#workers - 1 ? this.#places.find((worker, place) => worker !== place) : this.#places[last];
  }
}
