import { growColumn, INITIAL_ROWS } from './columns.ts';
import { NO_ROW } from './row-index.ts';

/** Doubly linked lists of rows: which rows of one table belong to each row of another. A row is in one list at most. */
export class RowLists {
  /** By list: its first row plus one, 0 when empty. */
  #firsts = new Int32Array(INITIAL_ROWS);
  /** By row: the next, and the previous, row plus one. */
  #nexts = new Int32Array(INITIAL_ROWS);
  #previous = new Int32Array(INITIAL_ROWS);

  /** The first row of a list, or `NO_ROW`. */
  first(list: number): number {
    return list < this.#firsts.length ? (this.#firsts[list] as number) - 1 : NO_ROW;
  }

  /** The row behind `row` in its list, or `NO_ROW`. */
  next(row: number): number {
    return (this.#nexts[row] as number) - 1;
  }

  /** Puts a row that is in no list at the front of one. */
  add(list: number, row: number): void {
    this.#firsts = growColumn(this.#firsts, list + 1);
    this.#nexts = growColumn(this.#nexts, row + 1);
    this.#previous = growColumn(this.#previous, row + 1);
    const next = this.#firsts[list] as number;
    this.#nexts[row] = next;
    this.#previous[row] = 0;
    if (next > 0) {
      this.#previous[next - 1] = row + 1;
    }
    this.#firsts[list] = row + 1;
  }

  /** Takes a row out of the list that it is in. */
  remove(list: number, row: number): void {
    const next = this.#nexts[row] as number;
    const previous = this.#previous[row] as number;
    if (next > 0) {
      this.#previous[next - 1] = previous;
    }
    if (previous > 0) {
      this.#nexts[previous - 1] = next;
    } else {
      this.#firsts[list] = next;
    }
    this.#nexts[row] = 0;
    this.#previous[row] = 0;
  }
}
