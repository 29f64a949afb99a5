import { another, corruption, onRows } from './planting';

const WRONG = (table: string) => new RegExp(`a row of ${table} is not what the tasks add up to`);
const EXTRA = (table: string) => new RegExp(`a row of ${table} follows from no task`);
const MISSING = (table: string) => new RegExp(`a row of ${table} is missing`);

const FAILURE_EDITS = [
  `account = 'another'`,
  `first_ended = first_ended - interval '1 minute'`,
  `last_ended = last_ended + interval '1 minute'`,
  `count = count + 1`,
];
const GROUP_EDITS = ['kind', 'subtask_kind', 'definition', 'error_code', 'error_class', 'message'].map(
  (column) => `${column} = 'edited'`,
);
const USAGE_EDITS = ['tasks', 'failed_tasks', 'subtasks', 'failed_subtasks', 'output_milliseconds', 'output_bytes'].map(
  (column) => `${column} = ${column} + 1`,
);

/** Edits of one row, one by one. */
const edits = (table: string, all: readonly string[]) =>
  all.map((edit) =>
    corruption(
      `of ${table} ${edit}`,
      'reports',
      WRONG(table),
      onRows(`UPDATE ${table} SET ${edit} WHERE ctid = (SELECT min(ctid) FROM ${table})`),
    ),
  );

const TABLES: readonly (readonly [table: string, change: string])[] = [
  ['failure', `hour = hour - interval '1 year'`],
  ['error_group', `account = 'made-up'`],
  ['error_count', `start = start - interval '1 year'`],
  ['usage', `definition = 'made up'`],
];

/** Corruptions of failures, of their sums and of usage. */
export const IN_REPORTS = [
  ...edits('failure', FAILURE_EDITS),
  ...edits('error_group', [...GROUP_EDITS, 'count = count - 1']),
  ...edits('error_count', ['count = count + 1']),
  ...edits('usage', USAGE_EDITS),
  ...TABLES.flatMap(([table, change]) => [
    corruption(
      `a row of ${table} gone`,
      'reports',
      MISSING(table),
      onRows(`DELETE FROM ${table} WHERE ctid = (SELECT min(ctid) FROM ${table})`),
    ),
    corruption(`a row of ${table} more`, 'reports', EXTRA(table), another(table, 'true', change)),
  ]),
  corruption(
    'sums in a partition that the log does not have',
    'reports',
    [EXTRA('usage'), EXTRA('error_count'), MISSING('usage'), MISSING('error_count')],
    onRows(
      'UPDATE usage SET partition = 99 WHERE ctid = (SELECT min(ctid) FROM usage)',
      'UPDATE error_count SET partition = 99 WHERE ctid = (SELECT min(ctid) FROM error_count)',
    ),
  ),
];
