import { FOLD_VERSION } from '@mps-ledger/tasks';
import { inSchema } from '../read-model';
import { columnNames, rowsFrom, updates } from '../write/columns';
import type { ColumnTypes } from '../write/columns';
import { HISTORY, NOTIFICATION, PARKED, STATE, SUBTASK, TASK, TRANSITION, UPDATED, USAGE } from '../write/rows';
import { eventEndSeen, laterOf } from './write-complete-as-of';
import { addUsage } from './write-reports';

/** Parameters before the rows': topic, partition, and how the checkpoint moves. */
const FIXED = 12;

const TABLES: readonly ColumnTypes<object>[] = [
  ...[HISTORY, TASK, STATE, SUBTASK],
  ...[NOTIFICATION, PARKED, TRANSITION, USAGE],
];

/** The rows of a table among the parameters. */
function given(table: ColumnTypes<object>): string {
  const before = TABLES.slice(0, TABLES.indexOf(table)).flatMap((earlier) => Object.keys(earlier));
  return rowsFrom(table, FIXED + 1 + before.length);
}

/** The rows of tasks as rows of the lists by last update: `updatedRow` in SQL. */
const updatedOfTasks = Object.keys(UPDATED)
  .map((column) => ({ code: `''`, error_code: `CASE error_code WHEN '0' THEN '0' END` })[column] ?? `"${column}"`)
  .join(', ');

/** The rows of tasks, and those of the lists by last update that follow from them. */
const tasksSql = (schema: string): string => `given_tasks AS MATERIALIZED (SELECT r.* FROM ${given(TASK)}),
tasks AS (
  INSERT INTO ${schema}.task (partition, ${columnNames(TASK)})
  SELECT $2::int, given_tasks.* FROM given_tasks
  ON CONFLICT (task_key) DO UPDATE SET ${updates(TASK, ['task_key', 'account', 'task_id', 'task_id_json', 'first_received'])}
),
tasks_updated AS (
  INSERT INTO ${schema}.task_updated (${columnNames(UPDATED)})
  SELECT ${updatedOfTasks} FROM given_tasks
  ON CONFLICT (task_key, code) DO UPDATE SET ${updates(UPDATED, ['task_key', 'code', 'account', 'first_received'])}
),
`;

/**
 * One statement for a whole batch, one round trip. It is planned once per connection, which takes longer than to write a
 * small batch; the plan suits tables of any size, as nothing but unique indexes leads to their rows.
 */
export const WRITE_BATCH = inSchema((schema) => ({
  name: `${schema} write-batch`,
  text: `
WITH history AS (
  INSERT INTO ${schema}.history (partition, ${columnNames(HISTORY)})
  SELECT $2::int, r.* FROM ${given(HISTORY)}
),
${tasksSql(schema)}states AS (
  INSERT INTO ${schema}.task_state (fold_version, ${columnNames(STATE)})
  SELECT ${FOLD_VERSION}, r.* FROM ${given(STATE)}
  ON CONFLICT (task_key) DO UPDATE SET ${updates(STATE, ['task_key'])}
),
subtasks AS (
  INSERT INTO ${schema}.subtask (${columnNames(SUBTASK)})
  SELECT r.* FROM ${given(SUBTASK)}
  ON CONFLICT (task_key, key_digest) DO UPDATE SET ${updates(SUBTASK, ['task_key', 'key_digest', 'key', 'kind', 'definition'])}
),
notifications AS (
  INSERT INTO ${schema}.notification (partition, ${columnNames(NOTIFICATION)})
  SELECT $2::int, r.* FROM ${given(NOTIFICATION)}
  ON CONFLICT (topic, partition, "offset") DO NOTHING
),
parked AS (
  INSERT INTO ${schema}.parked (topic, partition, ${columnNames(PARKED)})
  SELECT $1::text, $2::int, r.* FROM ${given(PARKED)}
),
transitions AS (
  INSERT INTO ${schema}.transition (partition, ${columnNames(TRANSITION)})
  SELECT $2::int, r.* FROM ${given(TRANSITION)}
),
used AS (${addUsage(schema, '$2::int', given(USAGE))}
)
UPDATE ${schema}.checkpoint c SET
  position = $3, last_offset = $4, last_event_id = coalesce($5, last_event_id), last_digest = $6,
  raw_next = $7, raw_top = $8, underived_to = $9, complete_as_of = ${laterOf('complete_as_of', '$10::timestamptz')},
  ${eventEndSeen('$11::bigint', '$12::timestamptz')}
WHERE topic = $1::text AND partition = $2::int`,
}));
