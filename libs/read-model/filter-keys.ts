/**
 * The indexes that lists are filtered by: one for each set of columns that hold many values, so that no list looks through
 * rows that it does not show.
 *
 * The **class** of a row is its columns of few values (a task's status, outcome and kind) as a few characters. Its **filter
 * key** is the values of some of its other columns, each followed by a separator, and then the class. An index is over
 * (filter key, time, id): the rows of one filter key stand in it in the order of a list. A filter that leaves the class
 * open, wholly or in part, is answered by merging the rows of several filter keys that begin alike.
 *
 * Filter keys are expressions in indexes and not columns: they cannot differ from the columns that they are made of, and
 * cost nothing in the rows.
 */
export interface FilterIndex {
  readonly name: string;
  /** Columns of many values, in the order in which they stand in the filter key. */
  readonly columns: readonly string[];
  /** SQL of the filter key. */
  readonly key: string;
  /** SQL: which rows the index has; null: all. */
  readonly where: string | null;
}

/** A list, newest first by `time`, ties by `id`. */
export interface FilteredTable {
  readonly table: string;
  readonly time: string;
  readonly id: string;
  /** The parts of the class, by column. */
  readonly classOf: Readonly<Record<string, ClassPart>>;
  readonly indexes: readonly FilterIndex[];
}

interface ClassPart {
  /** SQL of its characters: the first ones of the value, where there is one. */
  readonly sql: string;
  readonly characters: number;
}

/** Ends each value in a filter key: sanitised text has no control characters. */
export const KEY_SEPARATOR = '\x1f';

/** The error code of a good end, which most tasks have: a part of the class, and in no row of `task_error_code`. */
export const GOOD_END = '0';

/** Characters of the longest error code that has a row: an entry of an index must not exceed 2,704 bytes. */
export const LONGEST_ERROR_CODE = 200;

const STATUS_OUTCOME_KIND = {
  status: { sql: 'left(status, 1)', characters: 1 },
  outcome: { sql: `coalesce(left(outcome, 1), '-')`, characters: 1 },
  kind: { sql: 'left(kind, 2)', characters: 2 },
};
const TASK_CLASS = {
  ...STATUS_OUTCOME_KIND,
  error_code: { sql: `CASE error_code WHEN '${GOOD_END}' THEN '${GOOD_END}' ELSE '-' END`, characters: 1 },
};

const NOTIFICATION_CLASS = {
  state: { sql: 'left(state, 1)', characters: 1 },
  kind: { sql: `coalesce(left(kind, 2), '--')`, characters: 2 },
};

const WITH_SESSION_ID = 'session_id IS NOT NULL';

export const TASK_LIST: FilteredTable = {
  table: 'task',
  time: 'first_received',
  id: 'task_key',
  classOf: TASK_CLASS,
  indexes: [
    filterIndex('task', [], TASK_CLASS),
    filterIndex('task', ['account'], TASK_CLASS),
    filterIndex('task', ['session_id'], TASK_CLASS, WITH_SESSION_ID),
    filterIndex('task', ['account', 'session_id'], TASK_CLASS, WITH_SESSION_ID),
  ],
};

/** The places of tasks in the list by error code: a row for each code that a task shows. */
export const ERROR_CODE_LIST: FilteredTable = {
  table: 'task_error_code',
  time: 'first_received',
  id: 'task_key',
  classOf: STATUS_OUTCOME_KIND,
  indexes: [
    filterIndex('task_error_code', ['error_code'], STATUS_OUTCOME_KIND),
    filterIndex('task_error_code', ['account', 'error_code'], STATUS_OUTCOME_KIND),
    filterIndex('task_error_code', ['error_code', 'session_id'], STATUS_OUTCOME_KIND, WITH_SESSION_ID),
    filterIndex('task_error_code', ['account', 'error_code', 'session_id'], STATUS_OUTCOME_KIND, WITH_SESSION_ID),
  ],
};

/** The table that a filter of tasks is answered from, its values as the rows have them. */
export function taskListBy(filter: ReadonlyMap<string, string>): FilteredTable {
  return (filter.get('error_code') ?? GOOD_END) === GOOD_END ? TASK_LIST : ERROR_CODE_LIST;
}

export const NOTIFICATION_LIST: FilteredTable = {
  table: 'notification',
  time: 'received',
  id: 'notification_id',
  classOf: NOTIFICATION_CLASS,
  indexes: [
    filterIndex('notification', [], NOTIFICATION_CLASS),
    filterIndex('notification', ['account'], NOTIFICATION_CLASS),
    filterIndex('notification', ['session_id'], NOTIFICATION_CLASS, WITH_SESSION_ID),
    filterIndex('notification', ['account', 'session_id'], NOTIFICATION_CLASS, WITH_SESSION_ID),
  ],
};

function filterIndex(
  table: string,
  columns: readonly string[],
  classOf: Readonly<Record<string, ClassPart>>,
  where: string | null = null,
): FilterIndex {
  const values = columns.flatMap((column) => [column, `E'\\x1f'`]);
  return {
    name: `${table}_by_${columns.length === 0 ? 'class' : columns.join('_')}`,
    columns,
    key: [...values, ...Object.values(classOf).map(({ sql }) => sql)].join(' || '),
    where,
  };
}

/** The statement that makes an index. */
export function createIndex({ table, time, id }: FilteredTable, { name, key, where }: FilterIndex): string {
  return `CREATE INDEX ${name} ON ${table} ((${key}), ${time}, ${id})${where === null ? '' : ` WHERE ${where}`}`;
}

/** The index that holds a filter's rows together, and where in it: keys that begin with `prefix`, followed by what matches `classLike`. */
export interface ChosenKeys {
  readonly index: FilterIndex;
  readonly prefix: string;
  /** A pattern of LIKE for the class. */
  readonly classLike: string;
}

/** Chooses the index for a filter, by column; null where nothing is filtered by. Values are as the rows have them. */
export function chooseKeys(
  { classOf, indexes }: FilteredTable,
  filter: ReadonlyMap<string, string>,
): ChosenKeys | null {
  const isOfClass = (column: string): boolean => Object.hasOwn(classOf, column);
  const columns = [...filter.keys()].filter((column) => !isOfClass(column));
  if (filter.size === 0) return null;
  const index = indexes.find(
    (one) => one.columns.length === columns.length && columns.every((column) => one.columns.includes(column)),
  );
  if (index === undefined) throw new RangeError(`no index is by ${columns.join(', ')}`);
  const prefix = index.columns.map((column) => `${filter.get(column) ?? ''}${KEY_SEPARATOR}`).join('');
  const classLike = Object.entries(classOf).map(([column, { characters }]) =>
    isOfClass(column) && filter.has(column) ? (filter.get(column) ?? '').slice(0, characters) : '_'.repeat(characters),
  );
  return { index, prefix, classLike: classLike.join('') };
}
