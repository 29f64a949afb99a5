import type { ClientBase } from 'pg';
import { copyRows } from '@mps-ledger/database';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import type { Bytes } from '../entities';
import type { ReadModel } from '../read-model';
import { columnNames, type ColumnTypes } from '../write/columns';
import type { Partition } from '../write/checkpoint';
import {
  ERROR_CODE,
  FAILURE,
  HISTORY,
  NOTIFICATION,
  PARKED,
  STATE,
  SUBTASK,
  TASK,
  TRANSITION,
  UPDATED,
} from '../write/rows';
import type { BatchRows } from '../write/rows';
import { updatedRow } from '../write/task-rows';
import { lastEventIdIn, writeRows, type CheckpointMove } from '../write/write-batch';
import { copyTexts } from './copy-texts';

/**
 * Writes a large batch as `writeBatch` does, and leaves the same rows: what is new is copied; the rows of tasks that are stored, and sums, are
 * written by the statements of `writeBatch`. A row that is there and should be new is rejected by its key.
 *
 * @param isStored whether a task had rows before the batch
 */
export async function writeBulk(
  model: ReadModel<ClientBase>,
  at: Partition,
  rows: BatchRows,
  isStored: (task: Bytes) => boolean,
  move: CheckpointMove,
): Promise<void> {
  const stored = rowsWhere(rows, isStored);
  const added = rowsWhere(rows, (task) => !isStored(task));
  await copyJournals(model, at, rows);
  await copyTasks(model, at, added);
  const { liveItems, reports } = rows;
  const rest = { ...stored, liveItems, reports: { ...reports, failures: stored.reports.failures } };
  await writeRows(model, at, rest, { ...move, lastEventId: lastEventIdIn(rows) });
}

/** The rows of some tasks, without the journals and sums. */
function rowsWhere(rows: BatchRows, isWanted: (task: Bytes) => boolean): BatchRows {
  const wanted = <Row extends { readonly task_key: Bytes }>(all: readonly Row[]): readonly Row[] =>
    all.filter(({ task_key: key }) => isWanted(key));
  const { errorCodes, reports } = rows;
  return {
    ...{ history: [], notifications: [], parked: [], transitions: [], liveItems: [] },
    tasks: wanted(rows.tasks),
    states: wanted(rows.states),
    subtasks: wanted(rows.subtasks),
    errorCodes: {
      written: wanted(errorCodes.written),
      gone: wanted(errorCodes.gone),
      shown: wanted(errorCodes.shown),
    },
    reports: { ...reports, failures: wanted(reports.failures), groups: [], counts: [], usage: [] },
  };
}

/** What is only ever appended. */
async function copyJournals(model: ReadModel<ClientBase>, { topic, partition }: Partition, rows: BatchRows) {
  await copy(model, 'history', { partition }, HISTORY, rows.history);
  await copy(model, 'notification', { partition }, NOTIFICATION, rows.notifications);
  await copy(model, 'parked', { topic, partition }, PARKED, rows.parked);
  await copy(model, 'transition', { partition }, TRANSITION, rows.transitions);
}

/** What is there of tasks that are new. */
async function copyTasks(model: ReadModel<ClientBase>, { partition }: Partition, rows: BatchRows): Promise<void> {
  const { tasks, errorCodes } = rows;
  await copy(model, 'task', { partition }, TASK, tasks);
  await copy(model, 'task_updated', {}, UPDATED, [...tasks.map(updatedRow), ...errorCodes.shown]);
  await copy(model, 'task_state', { fold_version: FOLD_VERSION }, STATE, rows.states);
  await copy(model, 'subtask', {}, SUBTASK, rows.subtasks);
  await copy(model, 'task_error_code', {}, ERROR_CODE, errorCodes.written);
  await copy(model, 'failure', {}, FAILURE, rows.reports.failures);
}

async function copy<Row extends object>(
  { schema, db }: ReadModel<ClientBase>,
  table: string,
  same: Readonly<Record<string, string | number>>,
  columns: ColumnTypes<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = [...Object.keys(same), columnNames(columns)].join(', ');
  await copyRows(db, `COPY ${schema}.${table} (${names}) FROM STDIN`, copyTexts(columns, rows, Object.values(same)));
}
