import { TOPICS } from '@mps-ledger/records';
import type { ReadModel } from '../read-model';
import { FIND_STRAYS } from '../sql/find-strays';
import type { Partition } from '../write/checkpoint';
import {
  ERROR_CODE,
  ERROR_COUNT,
  ERROR_GROUP,
  FAILURE,
  HISTORY,
  LIVE_ITEM,
  NOTIFICATION,
  PARKED,
  STATE,
  SUBTASK,
  TASK,
  TRANSITION,
  UPDATED,
  USAGE,
} from '../write/rows';
import type {
  ErrorCodeRow,
  ErrorCountRow,
  ErrorGroupRow,
  FailureRow,
  HistoryRow,
  LiveItemRow,
  NotificationRow,
  ParkedRow,
  SubtaskRow,
  TaskRow,
  TaskStateToWrite,
  TransitionRow,
  UpdatedRow,
  UsageRow,
} from '../write/rows';
import { scanRows } from './pages';

/** A row and the partition that it says it is of. */
export type InPartition<Row> = Row & { readonly partition: number };

const PARTITION = { partition: 'integer' } as const;

/** The history of one partition, by offset. */
export function scanHistory(model: ReadModel, partition: number): AsyncGenerator<HistoryRow> {
  return scanRows<HistoryRow>({
    model,
    table: 'history',
    columns: HISTORY,
    order: ['offset'],
    where: `partition = ${partition}`,
    large: ['data', 'value'],
  });
}

/** The history of all tasks, task by task, each in the order of the log. */
export function scanHistoryByTask(model: ReadModel): AsyncGenerator<InPartition<HistoryRow>> {
  return scanRows<InPartition<HistoryRow>>({
    ...{ model, table: 'history', columns: { ...HISTORY, ...PARTITION } },
    order: ['task_key', 'partition', 'offset'],
    where: 'task_key IS NOT NULL',
    large: ['data', 'value'],
  });
}

/** What was parked of one partition, by offset. */
export function scanParked(model: ReadModel, { topic, partition }: Partition): AsyncGenerator<ParkedRow> {
  return scanRows<ParkedRow>({
    ...{ model, table: 'parked', columns: PARKED, order: ['offset'], large: ['value', 'headers'] },
    where: `topic = '${topic}' AND partition = ${partition}`,
  });
}

/** What was parked of the event topic and says whose it is, task by task, each in the order of the log. */
export function scanParkedByTask(model: ReadModel): AsyncGenerator<InPartition<ParkedRow>> {
  return scanRows<InPartition<ParkedRow>>({
    ...{ model, table: 'parked', columns: { ...PARKED, ...PARTITION }, large: ['value', 'headers'] },
    order: ['task_key', 'partition', 'offset'],
    where: `task_key IS NOT NULL AND topic = '${TOPICS.events}'`,
  });
}

/** All tasks, by key. */
export function scanTasks(model: ReadModel): AsyncGenerator<InPartition<TaskRow>> {
  return scanRows<InPartition<TaskRow>>({
    ...{ model, table: 'task', columns: { ...TASK, ...PARTITION }, order: ['task_key'], where: 'true' },
    large: ['task_id', 'task_id_json'],
  });
}

/** A task's state, and by which version of the fold. */
export type StateRow = TaskStateToWrite & { readonly fold_version: number };

/** All states, by task. */
export function scanStates(model: ReadModel): AsyncGenerator<StateRow> {
  return scanRows<StateRow>({
    ...{ model, table: 'task_state', columns: { ...STATE, fold_version: 'integer' } },
    ...{ order: ['task_key'], where: 'true', large: ['state'] },
  });
}

/** All subtasks, task by task. */
export function scanSubtasks(model: ReadModel): AsyncGenerator<SubtaskRow> {
  return scanRows<SubtaskRow>({
    ...{ model, table: 'subtask', columns: SUBTASK, order: ['task_key', 'key_digest'], where: 'true' },
    large: ['key', 'message'],
  });
}

/** The live items of all tasks, task by task. */
export function scanLiveItems(model: ReadModel): AsyncGenerator<LiveItemRow> {
  return scanRows<LiveItemRow>({
    ...{ model, table: 'live_item', columns: LIVE_ITEM, where: 'true', large: ['item'] },
    order: ['task_key', 'start_offset', 'kind', 'key_digest'],
  });
}

/** The rows of all tasks in the list by error code, task by task. */
export function scanErrorCodes(model: ReadModel): AsyncGenerator<ErrorCodeRow> {
  return scanRows<ErrorCodeRow>({
    ...{ model, table: 'task_error_code', columns: ERROR_CODE, where: 'true', large: [] },
    order: ['task_key', 'error_code'],
  });
}

/** The transitions of all tasks, task by task, each in the order of the log. */
export function scanTransitions(model: ReadModel): AsyncGenerator<InPartition<TransitionRow>> {
  return scanRows<InPartition<TransitionRow>>({
    ...{ model, table: 'transition', columns: { ...TRANSITION, ...PARTITION }, where: 'true', large: ['data'] },
    order: ['task_key', 'offset'],
  });
}

/** The rows of all tasks in the lists by last update, task by task. */
export function scanUpdated(model: ReadModel): AsyncGenerator<UpdatedRow> {
  return scanRows<UpdatedRow>({
    ...{ model, table: 'task_updated', columns: UPDATED, where: 'true', large: [] },
    order: ['task_key', 'code'],
  });
}

/** The failures of all tasks, task by task. */
export function scanFailures(model: ReadModel): AsyncGenerator<FailureRow> {
  return scanRows<FailureRow>({
    ...{ model, table: 'failure', columns: FAILURE, where: 'true', large: [] },
    order: ['task_key', 'group_key', 'hour'],
  });
}

/** All groups of failures. */
export function scanErrorGroups(model: ReadModel): AsyncGenerator<InPartition<ErrorGroupRow>> {
  return scanRows<InPartition<ErrorGroupRow>>({
    ...{ model, table: 'error_group', columns: { ...ERROR_GROUP, ...PARTITION }, where: 'true', large: [] },
    order: ['group_key', 'account', 'partition'],
  });
}

/** All sums of failures by time. */
export function scanErrorCounts(model: ReadModel): AsyncGenerator<InPartition<ErrorCountRow>> {
  return scanRows<InPartition<ErrorCountRow>>({
    ...{ model, table: 'error_count', columns: { ...ERROR_COUNT, ...PARTITION }, where: 'true', large: [] },
    order: ['hours', 'start', 'group_key', 'account', 'partition'],
  });
}

/** All sums of usage. */
export function scanUsage(model: ReadModel): AsyncGenerator<InPartition<UsageRow>> {
  return scanRows<InPartition<UsageRow>>({
    ...{ model, table: 'usage', columns: { ...USAGE, ...PARTITION }, where: 'true', large: [] },
    order: ['day', 'account', 'kind', 'subtask_kind', 'definition', 'partition'],
  });
}

/** What became of what was received on one partition of a topic, by its offset there. */
export function scanNotifications(model: ReadModel, { topic, partition }: Partition): AsyncGenerator<NotificationRow> {
  return scanRows<NotificationRow>({
    ...{ model, table: 'notification', columns: NOTIFICATION, order: ['offset'] },
    where: `topic = '${topic}' AND partition = ${partition}`,
    large: ['task_id', 'task_id_json', 'detail'],
  });
}

/** A row of a table kept by place, at a place that the log does not have. */
export interface Stray {
  readonly table: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Rows of a partition that is not there or of a topic that is not projected: at most `limit`. */
export async function findStrays(model: ReadModel, partitions: number, limit: number): Promise<readonly Stray[]> {
  const { rows } = await model.db.query<Omit<Stray, 'offset'> & { offset: string }>(FIND_STRAYS(model), [
    partitions,
    limit,
  ]);
  return rows.map((row) => ({ ...row, offset: Number(row.offset) }));
}
