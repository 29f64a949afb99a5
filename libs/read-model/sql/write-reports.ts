import { inSchema } from '../read-model';
import { columnNames, rowsFrom, updates } from '../write/columns';
import type { ColumnTypes } from '../write/columns';
import { ERROR_COUNT, ERROR_GROUP, FAILURE, USAGE } from '../write/rows';
import type { ErrorCountRow, ErrorGroupRow, FailureKey, UsageRow } from '../write/rows';

export const GONE_FAILURE: ColumnTypes<FailureKey> = { task_key: 'bytea', group_key: 'bytea', hour: 'timestamptz' };

type Keys<Row> = readonly (keyof Row & string)[];
const GROUP_KEY: Keys<ErrorGroupRow> = ['group_key', 'account'];
const COUNT_KEY: Keys<ErrorCountRow> = ['hours', 'start', 'group_key', 'account'];
const USAGE_KEY: Keys<UsageRow> = ['day', 'account', 'kind', 'subtask_kind', 'definition'];
const USAGE_SUMS: Keys<UsageRow> = [
  'tasks',
  'failed_tasks',
  'subtasks',
  'failed_subtasks',
  'output_milliseconds',
  'output_bytes',
];

const columnsOf = (table: ColumnTypes<object>): number => Object.keys(table).length;
/** Parameters before those of each table: the partition is the first of all. */
const BEFORE_WRITTEN = 1 + columnsOf(GONE_FAILURE);
const BEFORE_GROUPS = BEFORE_WRITTEN + columnsOf(FAILURE);
const BEFORE_COUNTS = BEFORE_GROUPS + columnsOf(ERROR_GROUP);

const added = (table: string, sums: readonly string[]): string =>
  sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ');

/** Failures of a batch, and what is added to their sums: $1 partition. */
export const WRITE_FAILURES = inSchema((schema) => ({
  name: `${schema} write-failures`,
  text: `
WITH gone AS (
  DELETE FROM ${schema}.failure f USING ${rowsFrom(GONE_FAILURE, 2)}
  WHERE f.task_key = r.task_key AND f.group_key = r.group_key AND f.hour = r.hour
),
groups AS (
  INSERT INTO ${schema}.error_group AS g (partition, ${columnNames(ERROR_GROUP)})
  SELECT $1::int, r.* FROM ${rowsFrom(ERROR_GROUP, BEFORE_GROUPS + 1)}
  ON CONFLICT (${GROUP_KEY.join(', ')}, partition) DO UPDATE SET ${added('g', ['count'])}
),
counts AS (
  INSERT INTO ${schema}.error_count AS c (partition, ${columnNames(ERROR_COUNT)})
  SELECT $1::int, r.* FROM ${rowsFrom(ERROR_COUNT, BEFORE_COUNTS + 1)}
  ON CONFLICT (${COUNT_KEY.join(', ')}, partition) DO UPDATE SET ${added('c', ['count'])}
)
INSERT INTO ${schema}.failure (${columnNames(FAILURE)})
SELECT r.* FROM ${rowsFrom(FAILURE, BEFORE_WRITTEN + 1)}
ON CONFLICT (task_key, group_key, hour) DO UPDATE SET ${updates(FAILURE, ['task_key', 'group_key', 'hour', 'account'])}`,
}));

/** What a batch adds to usage, as a part of its statement: `partition` and `given` are SQL. */
export const addUsage = (schema: string, partition: string, given: string): string => `
  INSERT INTO ${schema}.usage AS u (partition, ${columnNames(USAGE)})
  SELECT ${partition}, r.* FROM ${given}
  ON CONFLICT (${USAGE_KEY.join(', ')}, partition) DO UPDATE SET ${added('u', USAGE_SUMS)}`;

/** The same alone: $1 partition. */
export const WRITE_USAGE = inSchema((schema) => ({
  name: `${schema} write-usage`,
  text: addUsage(schema, '$1::int', rowsFrom(USAGE, 2)),
}));

/** Removes rows of sums that came to nothing, of which a batch took something: $1 partition, then the columns of its rows. */
const removeNothing = <Row extends object>(
  table: string,
  columns: ColumnTypes<Row>,
  key: Keys<Row>,
  isNothing: string,
) =>
  inSchema((schema) => ({
    name: `${schema} remove ${table} of nothing`,
    text: `DELETE FROM ${schema}.${table} s USING ${rowsFrom(columns, 2)}
      WHERE s.partition = $1::int AND ${key.map((name) => `s.${name} = r.${name}`).join(' AND ')} AND ${isNothing}`,
  }));

export const REMOVE_GROUPS = removeNothing('error_group', ERROR_GROUP, GROUP_KEY, 's.count = 0');
export const REMOVE_COUNTS = removeNothing('error_count', ERROR_COUNT, COUNT_KEY, 's.count = 0');
export const REMOVE_USAGE = removeNothing('usage', USAGE, USAGE_KEY, 's.tasks + s.subtasks = 0');
