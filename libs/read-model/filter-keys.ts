import { TRUSTS } from '@mps-ledger/tasks';

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
  /** Its characters for a value. Default: the first ones. */
  readonly of?: (value: string) => string;
}

/** Ends each value in a filter key: sanitised text has no control characters. */
export const KEY_SEPARATOR = '\x1f';

/** The error code of a good end, which most tasks have: a part of the class, and in no row of `task_error_code`. */
export const GOOD_END = '0';

/** Characters of the longest error code that has a row: an entry of an index must not exceed 2,704 bytes. */
export const LONGEST_ERROR_CODE = 200;

const isTrue = (condition: string): ClassPart => ({
  sql: `CASE WHEN ${condition} THEN 't' ELSE 'f' END`,
  characters: 1,
});

/** What every list of tasks can be filtered by. */
const COMMON_CLASS = {
  status: { sql: 'left(status, 1)', characters: 1 },
  outcome: { sql: `coalesce(left(outcome, 1), '-')`, characters: 1 },
  kind: { sql: 'left(kind, 2)', characters: 2 },
  confirmation: { sql: `coalesce(left(confirmation, 1), '-')`, characters: 1 },
  contradicted: isTrue('contradicted'),
  parked: isTrue('parked > 0'),
};
const OWN_CODE = {
  error_code: { sql: `CASE error_code WHEN '${GOOD_END}' THEN '${GOOD_END}' ELSE '-' END`, characters: 1 },
};
const TASK_CLASS = { ...COMMON_CLASS, ...OWN_CODE };

/** How long after it was first received a task was updated, as a letter: below each of these hours, or longer. */
export const LATENESS: readonly (readonly [letter: string, hours: number])[] = [
  ['a', 1],
  ['b', 24],
  ['c', 192],
  ['d', Infinity],
];
const LATENESS_CASES = LATENESS.filter(([, hours]) => hours < Infinity).map(
  ([letter, hours]) => `WHEN updated - first_received < interval '${hours} hours' THEN '${letter}'`,
);
const UPDATED_CLASS = {
  ...TASK_CLASS,
  lateness: { sql: `CASE ${LATENESS_CASES.join(' ')} ELSE 'd' END`, characters: 1 },
};

const TRUST_LETTERS = new Map(TRUSTS.map((trust, at) => [trust as string, String(at)]));
const NOTIFICATION_CLASS = {
  state: { sql: 'left(state, 1)', characters: 1 },
  kind: { sql: `coalesce(left(kind, 2), '--')`, characters: 2 },
  trust: {
    sql: `CASE trust ${[...TRUST_LETTERS].map(([trust, letter]) => `WHEN '${trust}' THEN '${letter}'`).join(' ')} ELSE '-' END`,
    characters: 1,
    of: (trust: string) => TRUST_LETTERS.get(trust) ?? '-',
  },
  unattributed: isTrue('task_key IS NULL'),
};

const WITH_SESSION_ID = 'session_id IS NOT NULL';
const WITH_SOURCE = 'source IS NOT NULL';

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
  classOf: COMMON_CLASS,
  indexes: [
    filterIndex('task_error_code', ['error_code'], COMMON_CLASS),
    filterIndex('task_error_code', ['account', 'error_code'], COMMON_CLASS),
    filterIndex('task_error_code', ['error_code', 'session_id'], COMMON_CLASS, WITH_SESSION_ID),
    filterIndex('task_error_code', ['account', 'error_code', 'session_id'], COMMON_CLASS, WITH_SESSION_ID),
  ],
};

/** The places of tasks in the list by time of their last update: a row for each task, and one for each code that it shows. */
export const UPDATED_LIST: FilteredTable = {
  table: 'task_updated',
  time: 'updated',
  id: 'task_key',
  classOf: UPDATED_CLASS,
  indexes: [
    filterIndex('task_updated', ['code'], UPDATED_CLASS),
    filterIndex('task_updated', ['account', 'code'], UPDATED_CLASS),
    filterIndex('task_updated', ['code', 'session_id'], UPDATED_CLASS, WITH_SESSION_ID),
    filterIndex('task_updated', ['account', 'code', 'session_id'], UPDATED_CLASS, WITH_SESSION_ID),
  ],
};

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
    filterIndex('notification', ['source', 'account'], NOTIFICATION_CLASS, WITH_SOURCE),
    filterIndex(
      'notification',
      ['source', 'session_id', 'account'],
      NOTIFICATION_CLASS,
      `${WITH_SOURCE} AND ${WITH_SESSION_ID}`,
    ),
  ],
};

/** SQL: whether a task is one of the sample that numbers are estimated from. Keys are digests: each is with the same probability. */
export const SAMPLED = 'get_byte(task_key, 0) = 0';
/** One of so many tasks is in the sample. */
export const SAMPLED_OF = 256;

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

/** Values by column, as the rows have them: a row matches that has one of the values of each column. */
export type ColumnFilter = ReadonlyMap<string, readonly string[]>;

/** The index that holds a filter's rows together, and where in it: keys that begin with a prefix, followed by what matches `rest`. */
export interface ChosenKeys {
  readonly index: FilterIndex;
  readonly prefixes: readonly string[];
  /** A regular expression of Postgres for what follows the prefix: values of columns that are not filtered by, and the class. */
  readonly rest: string;
}

/**
 * Chooses the index for a filter; null where nothing is filtered by. The first of the index's columns must be those that are filtered
 * by; what is left of its columns is left open.
 */
export function chooseKeys({ classOf, indexes }: FilteredTable, filter: ColumnFilter): ChosenKeys | null {
  if (filter.size === 0) return null;
  const columns = [...filter.keys()].filter((column) => !Object.hasOwn(classOf, column));
  const leads = ({ columns: all }: FilterIndex): boolean =>
    all.slice(0, columns.length).every((column) => columns.includes(column));
  const fit = indexes.filter((one) => one.columns.length >= columns.length && leads(one));
  const index = fit.sort((a, b) => a.columns.length - b.columns.length)[0];
  if (index === undefined) throw new RangeError(`no index is by ${columns.join(', ')}`);
  const prefixes = index.columns
    .slice(0, columns.length)
    .reduce<readonly string[]>(
      (before, column) =>
        before.flatMap((text) => (filter.get(column) ?? []).map((value) => `${text}${value}${KEY_SEPARATOR}`)),
      [''],
    );
  const open = `[^${KEY_SEPARATOR}]*${KEY_SEPARATOR}`.repeat(index.columns.length - columns.length);
  return { index, prefixes, rest: `^${open}${classPattern(classOf, filter)}$` };
}

function classPattern(classOf: FilteredTable['classOf'], filter: ColumnFilter): string {
  const parts = Object.entries(classOf).map(([column, { characters, of }]) => {
    const lettersOf = of ?? ((value: string) => value.slice(0, characters));
    const values = filter.get(column);
    return values === undefined ? '.'.repeat(characters) : `(?:${[...new Set(values.map(lettersOf))].join('|')})`;
  });
  return parts.join('');
}
