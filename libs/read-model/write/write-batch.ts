import { FOLD_VERSION } from '@mps-ledger/tasks';
import { inSchema, type ReadModel } from '../read-model';
import type { Partition } from './checkpoint';
import { columnNames, columnTexts, rowsFrom, updates } from './columns';
import type { ColumnTypes } from './columns';
import { writeErrorCodes } from './error-codes';
import { laterOf } from './freshness';
import type { RawProgress } from './raw-progress';
import { HISTORY, NOTIFICATION, PARKED, STATE, SUBTASK, TASK } from './rows';
import type { BatchRows } from './rows';

/** How the checkpoint moves with a batch. */
export interface CheckpointMove extends RawProgress {
  /** The next offset to apply. */
  readonly position: number;
  /** Identity of the last record applied; nulls where there was none yet. */
  readonly lastOffset: number | null;
  readonly lastDigest: string | null;
  /** A time up to which the partition is now complete, if one is known; an earlier one than before is ignored. */
  readonly completeAsOf: string | null;
}

/** Parameters before the rows': topic, partition, and how the checkpoint moves. */
const FIXED = 10;
const TABLES: readonly ColumnTypes<object>[] = [HISTORY, TASK, STATE, SUBTASK, NOTIFICATION, PARKED];

/** The rows of a table among the parameters. */
function given(table: ColumnTypes<object>): string {
  const before = TABLES.slice(0, TABLES.indexOf(table)).flatMap((earlier) => Object.keys(earlier));
  return rowsFrom(table, FIXED + 1 + before.length);
}

/**
 * One statement for a whole batch, one round trip. It is planned once per connection, which takes longer than to write a
 * small batch; the plan suits tables of any size, as nothing but unique indexes leads to their rows.
 */
const WRITE_BATCH = inSchema((schema) => ({
  name: `${schema} write-batch`,
  text: `
WITH history AS (
  INSERT INTO ${schema}.history (partition, ${columnNames(HISTORY)})
  SELECT $2::int, r.* FROM ${given(HISTORY)}
),
tasks AS (
  INSERT INTO ${schema}.task (partition, ${columnNames(TASK)})
  SELECT $2::int, r.* FROM ${given(TASK)}
  ON CONFLICT (task_key) DO UPDATE SET ${updates(TASK, ['task_key', 'account', 'task_id', 'task_id_json', 'first_received'])}
),
states AS (
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
)
UPDATE ${schema}.checkpoint SET
  position = $3, last_offset = $4, last_event_id = coalesce($5, last_event_id), last_digest = $6,
  raw_next = $7, raw_top = $8, underived_to = $9, complete_as_of = ${laterOf('complete_as_of', '$10::timestamptz')}
WHERE topic = $1::text AND partition = $2::int`,
}));

/**
 * Writes a batch's rows and moves the checkpoint: inside the transaction that has locked the checkpoint, which the caller
 * commits. Rejects with the database's error; then the transaction is to be rolled back and nothing was written.
 */
export async function writeBatch(
  model: ReadModel,
  at: Partition,
  rows: BatchRows,
  move: CheckpointMove,
): Promise<void> {
  const { position, lastOffset, lastDigest, rawNext, rawTop, underivedTo, completeAsOf } = move;
  const values = [
    ...[at.topic, at.partition],
    ...[position, lastOffset, lastEventIdIn(rows), lastDigest, rawNext, rawTop, underivedTo, completeAsOf],
    ...columnTexts(HISTORY, rows.history),
    ...columnTexts(TASK, rows.tasks),
    ...columnTexts(STATE, rows.states),
    ...columnTexts(SUBTASK, rows.subtasks),
    ...columnTexts(NOTIFICATION, rows.notifications),
    ...columnTexts(PARKED, rows.parked),
  ];
  await writeErrorCodes(model, rows.errorCodes);
  await model.db.query({ ...WRITE_BATCH(model), values });
}

/** Event id of the last record that a batch applies or parks, empty where none could be read; null where it keeps none. */
function lastEventIdIn({ history, parked }: Pick<BatchRows, 'history' | 'parked'>): string | null {
  let last: { readonly offset: number; readonly event_id: string | null } | null = null;
  for (const row of [...history, ...parked]) if (row.offset > (last?.offset ?? -1)) last = row;
  return last === null ? null : (last.event_id ?? '');
}
