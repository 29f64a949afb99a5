import type { ClientBase } from 'pg';
import {
  isLongHistory,
  rowsOfTask,
  TABLES_BY_TASK,
  type Bytes,
  type HistoryRow,
  type InPartition,
  type ParkedRow,
  type ReadModel,
} from '@mps-ledger/read-model';
import { laneOf } from '../lane';
import { differencesOf, type TaskFinding, type TaskRows } from './compare-task';
import { lifeOf } from './life-of';

/** What a check of one task found. */
export type TaskCheck =
  | { readonly result: 'equal' | 'too-long' | 'gone' }
  | { readonly result: 'different'; readonly differences: readonly TaskFinding[] };

/** Applied events of a task that is checked at most. */
const MOST_EVENTS = 5_000;

/**
 * Folds the history of one task again and compares what it comes to with its rows. The model is of a snapshot. A task with a longer history is not
 * checked, so that a check costs little.
 */
export async function checkTask(model: ReadModel<ClientBase>, key: Bytes, partitions: number): Promise<TaskCheck> {
  if (await isLongHistory(model, Buffer.from(key.slice(2), 'hex'), MOST_EVENTS)) return { result: 'too-long' };
  const rows = await readTaskRows(model, key);
  const lanes = {
    history: laneOf(streamOf<InPartition<HistoryRow>>(model, 'history', key)),
    parked: laneOf(streamOf<InPartition<ParkedRow>>(model, 'parked', key)),
  };
  const life = await lifeOf(lanes, key);
  if (rows.task === undefined && life.applied + life.parked === 0) return { result: 'gone' };
  const differences = differencesOf(key, life, rows, partitions);
  return differences.length === 0 ? { result: 'equal' } : { result: 'different', differences };
}

async function readTaskRows(model: ReadModel, key: Bytes): Promise<TaskRows> {
  const all = async <Row>(table: string): Promise<Row[]> => {
    const rows: Row[] = [];
    for await (const row of streamOf<Row>(model, table, key)) rows.push(row);
    return rows;
  };
  const [task] = await all<NonNullable<TaskRows['task']>>('task');
  const [state] = await all<NonNullable<TaskRows['state']>>('task_state');
  return {
    ...{ task, state, subtasks: await all<TaskRows['subtasks'][number]>('subtask') },
    errorCodes: await all<TaskRows['errorCodes'][number]>('task_error_code'),
    updated: await all<TaskRows['updated'][number]>('task_updated'),
  };
}

/** The rows of a table are of its row type: `TABLES_BY_TASK` is made of the same definitions. */
function streamOf<Row>(model: ReadModel, name: string, key: Bytes): AsyncGenerator<Row> {
  const table = TABLES_BY_TASK.find((one) => one.name === name);
  if (table === undefined) throw new RangeError(`there is no table ${name} of tasks`);
  return rowsOfTask(model, table, key) as AsyncGenerator as AsyncGenerator<Row>;
}
