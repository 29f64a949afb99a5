import { BY_CODE_POINT } from '../schema';
import type { FilteredTable } from '../filter-keys';

/** A column: its type in Postgres, and the value that rows have there. */
export interface Column<Value = unknown> {
  readonly type: string;
  readonly collation?: string;
  readonly nullable?: boolean;
  /** For the compiler alone. */
  readonly value?: Value;
}

/** Bytes in Postgres' own hex form: `\x` and hex. */
export type Bytes = string;

/** Offsets, counts and sizes: below 2^53. */
export const bigint: Column<number> = { type: 'bigint' };
/** Whole numbers without a limit, as decimal text. */
export const numeric: Column<string> = { type: 'numeric' };
export const int: Column<number> = { type: 'integer' };
export const double: Column<number> = { type: 'double precision' };
export const flag: Column<boolean> = { type: 'boolean' };
export const bytes: Column<Bytes> = { type: 'bytea' };
/** RFC 3339. */
export const time: Column<string> = { type: 'timestamptz' };
/** Text that is only carried. */
export const text: Column<string> = { type: 'text' };
/** Text that is compared or indexed: ordered by code point. It holds no NUL, no lone surrogate. */
export const word: Column<string> = { type: 'text', collation: BY_CODE_POINT };

export function nullable<Value>(column: Column<Value>): Column<Value | null> {
  return { ...column, nullable: true };
}

type Columns = Readonly<Record<string, Column>>;

interface TableIndex<Name extends string = string> {
  readonly name: string;
  /** Its own columns, then those that it only includes. */
  readonly columns: readonly Name[];
  /** SQL: which rows the index has. Default: all. */
  readonly where?: string;
  /** Default: a B-tree. */
  readonly method?: 'hash';
}

/** The definition of a table: what TypeORM compares with the database, and what rows are made of. */
export interface Table<Of extends Columns = Columns> {
  readonly name: string;
  readonly columns: Of;
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** Indexes besides those of `filteredBy`. */
  readonly indexes: readonly TableIndex[];
  /** The list that the table is filtered as: TypeORM knows no indexes over expressions. */
  readonly filteredBy: FilteredTable | null;
}

/** A row as it is handed to Postgres: text in it is sanitised, bytes are `\x` and hex, times RFC 3339. */
export type RowOf<Of> =
  Of extends Table<infer Given>
    ? { readonly [Name in keyof Given]: Given[Name] extends Column<infer Value> ? Value : never }
    : never;

interface Given<Of extends Columns> {
  readonly columns: Of;
  readonly key: readonly (keyof Of & string)[];
  readonly indexes?: readonly TableIndex<keyof Of & string>[];
  readonly filteredBy?: FilteredTable;
}

/** Defines a table; its columns are not null unless they are `nullable`. */
export function table<Of extends Columns>(name: string, given: Given<Of>): Table<Of> {
  return { indexes: [], filteredBy: null, ...given, name };
}
