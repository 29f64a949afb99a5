import {
  digestOf,
  errorCodeChanges,
  errorCodeRows,
  NO_ERROR_CODES,
  NO_REPORTS,
  subtaskRow,
  taskReports,
  taskRow,
  transitionRow,
} from '@mps-ledger/read-model';
import type {
  Bytes,
  ErrorCodeChanges,
  ReportedTask,
  ReportsOfTask,
  SubtaskRow,
  TaskAbout,
  TaskRow,
  TaskStateToWrite,
  TaskToFold,
  TransitionRow,
} from '@mps-ledger/read-model';
import { contributesAlike, describeTask, encodeState, hasFailures } from '@mps-ledger/tasks';
import type { TaskState, TaskView } from '@mps-ledger/tasks';
import type { DecodedEvent, TaskInBatch, RecordToPark } from './decode';
import { followTask } from './follow-task';
import type { AppliedNotifications } from './follow-task';
import type { NotificationCut } from './whole-notifications';

/** A task after a batch. */
export interface FoldedTask {
  /** Events on which the fold threw; they are to be parked. */
  readonly refused: readonly RecordToPark[];
  readonly row: TaskRow;
  /** As it is stored once the rows are written. */
  readonly after: TaskToFold;
  /** Null where the state did not change. */
  readonly state: TaskStateToWrite | null;
  /** Of the subtasks that the batch may have changed. */
  readonly subtasks: readonly SubtaskRow[];
  readonly errorCodes: ErrorCodeChanges;
  /** In log order. */
  readonly transitions: readonly TransitionRow[];
  /** Null where nothing changed that contributes to them. */
  readonly reports: ReportsOfTask | null;
}

/**
 * Folds the events of one task in a batch into its stored state (null: none yet). `whole`: raw offsets that the batch completes,
 * and those that it leaves half applied. Never throws because of an event.
 */
export function foldTask(task: TaskInBatch, stored: TaskToFold | null, whole: AppliedNotifications): FoldedTask {
  const { key, account, taskId, updated } = task;
  const { state, applied, refused, version, changes, standing } = followTask(task, stored, whole);
  const parked = (stored?.parked ?? 0) + task.toPark.length + refused.length;
  const firstReceived = stored?.firstReceived ?? task.firstReceived;
  const halfRaw = halfAppliedBy(task, stored?.halfRaw ?? [], whole);
  const view = describeTask(state, parked, halfRaw.length > 0);
  const text = encodeState(state);
  const isChanged = text !== stored?.text && applied.length > 0;
  const about = { key, account, taskId, parked, version, standing, firstReceived, updated, halfRaw };
  const row = taskRow(about, view);
  return {
    refused,
    row,
    after: {
      version,
      parked,
      halfRaw,
      state,
      standing,
      text: isChanged ? text : (stored?.text ?? null),
      firstReceived,
    },
    state: isChanged ? { task_key: key, state: text, digest: digestOf(text) } : null,
    subtasks: isChanged ? subtasksOf(key, applied, view) : [],
    errorCodes: hasFailures(state)
      ? errorCodesOf(row, view, { key, account, taskId, updated }, stored)
      : NO_ERROR_CODES,
    transitions: changes.map(transitionRow),
    reports: isChanged ? reportsOf({ key, account, firstReceived }, stored, state) : null,
  };
}

function reportsOf(task: ReportedTask, stored: TaskToFold | null, state: TaskState): ReportsOfTask | null {
  if (stored === null) return { before: NO_REPORTS, after: taskReports(task, state) };
  if (contributesAlike(stored.state, state)) return null;
  return { before: taskReports(task, stored.state), after: taskReports(task, state) };
}

/** Changes of a task's rows in the list by error code: from its stored state to its new row. */
function errorCodesOf(
  row: TaskRow,
  view: TaskView,
  task: Pick<TaskAbout, 'key' | 'account' | 'taskId' | 'updated'>,
  stored: TaskToFold | null,
): ErrorCodeChanges {
  const after = errorCodeRows(row, view);
  if (stored === null) return errorCodeChanges([], after, row.updated);
  const before = describeTask(stored.state, stored.parked, stored.halfRaw.length > 0);
  return errorCodeChanges(errorCodeRows(taskRow({ ...task, ...stored }, before), before), after, row.updated);
}

/** Raw offsets of which the task holds only a part now, ascending. */
function halfAppliedBy(
  { rawOffsets }: TaskInBatch,
  before: readonly number[],
  { completed, halfApplied }: Pick<NotificationCut, 'completed' | 'halfApplied'>,
): readonly number[] {
  if (before.length === 0 && halfApplied.size === 0) return before;
  const all = new Set([
    ...before.filter((raw) => !completed.has(raw)),
    ...[...rawOffsets.keys()].filter((raw) => halfApplied.has(raw)),
  ]);
  return [...all].sort((a, b) => a - b);
}

function subtasksOf(task: Bytes, applied: readonly DecodedEvent[], view: TaskView): SubtaskRow[] {
  const touched = new Set<string>();
  for (const { event } of applied) if ('key' in event.data) touched.add(event.data.key);
  const rows = view.subtasks.filter(({ key }) => touched.has(key)).map((subtask) => subtaskRow(task, subtask));
  return rows.sort((a, b) => (a.key_digest < b.key_digest ? -1 : 1));
}
