/** A typed array that a table uses as one of its columns. */
export type Column =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** Rows that a table has room for at first. */
export const INITIAL_ROWS = 64;

/** The column when it already has `length` elements, else a copy of at least twice its size, zeroes behind the old ones. */
export function growColumn<T extends Column>(column: T, length: number): T {
  if (length <= column.length) {
    return column;
  }
  const grown = new (column.constructor as new (length: number) => T)(Math.max(length, 2 * column.length));
  grown.set(column);
  return grown;
}
