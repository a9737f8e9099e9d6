import { type ColumnDefinitionBuilder, type RawBuilder, sql } from 'kysely';

/** Where two databases differ in how a table is made. Queries are the same text for all. */
export interface SqlFlavor {
  /** A column type of whole numbers up to 2^53. */
  readonly wholeNumber: 'integer' | 'bigint';
  /** Makes a column of whole numbers the primary key, which the database counts up and never gives twice. */
  readonly countedKey: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
  /** What stands behind a table's columns. */
  readonly tableEnd: RawBuilder<unknown>;
  /** The same for a table that is best kept in the order of its primary key. */
  readonly clusteredTableEnd: RawBuilder<unknown>;
}

/** SQLite checks a column's type only in a strict table. */
export const sqliteFlavor: SqlFlavor = {
  wholeNumber: 'integer',
  countedKey: (column) => column.primaryKey().autoIncrement(),
  tableEnd: sql`strict`,
  clusteredTableEnd: sql`strict, without rowid`,
};
