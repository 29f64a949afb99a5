import { Index } from 'typeorm';
import type { ColumnOptions, PrimaryColumnOptions } from 'typeorm';
import type { FilteredTable } from '../filter-keys';
import { BY_CODE_POINT } from '../schema';

const toNumber = {
  from: (stored: string | null): number | null => (stored === null ? null : Number(stored)),
  to: (given: number | null): number | null => given,
};

/** `bigint` as a number: offsets, counts and sizes stay below 2^53. */
export function bigint(name: string, options: ColumnOptions = {}): ColumnOptions {
  return { ...options, name, type: 'bigint', transformer: toNumber };
}

/** Text that is compared or indexed: ordered by code point. It holds no NUL, no lone surrogate. */
export function word(name: string, options: ColumnOptions = {}): ColumnOptions {
  return { ...options, name, type: 'text', collation: BY_CODE_POINT };
}

/** Text that is only carried. */
export function text(name: string, options: ColumnOptions = {}): ColumnOptions {
  return { ...options, name, type: 'text' };
}

export function int(name: string, options: ColumnOptions = {}): ColumnOptions {
  return { ...options, name, type: 'int' };
}

export function flag(name: string): ColumnOptions {
  return { name, type: 'boolean' };
}

export function bytes(name: string, options: ColumnOptions = {}): ColumnOptions {
  return { ...options, name, type: 'bytea' };
}

export function time(name: string, options: ColumnOptions = {}): ColumnOptions {
  return { ...options, name, type: 'timestamptz' };
}

/** A column of a table's primary key, whose constraint is named as Postgres would. */
export function key(table: string, column: ColumnOptions): PrimaryColumnOptions {
  return { ...column, nullable: false, primaryKeyConstraintName: `${table}_pkey` };
}

/** Tells TypeORM, which knows no indexes over expressions, that a list's filter indexes belong to the entity. */
export function FilterIndexes({ indexes }: FilteredTable): ClassDecorator {
  return (entity) => {
    for (const { name } of indexes) Index(name, { synchronize: false })(entity);
  };
}
