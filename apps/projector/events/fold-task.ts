import { digestOf, errorCodeChanges, errorCodeRows, NO_ERROR_CODES, subtaskRow, taskRow } from '@mps-ledger/read-model';
import type {
  Bytes,
  ErrorCodeChanges,
  SubtaskRow,
  TaskAbout,
  TaskRow,
  TaskStateToWrite,
  TaskToFold,
} from '@mps-ledger/read-model';
import { describeTask, encodeState, evolve, fold, hasFailures, initialState } from '@mps-ledger/tasks';
import type { TaskState, TaskView } from '@mps-ledger/tasks';
import { aboutEvent } from './decode';
import type { Heard, TaskInBatch, Unfit } from './decode';
import type { Whole } from './whole-notifications';

/** A task after a batch. */
export interface FoldedTask {
  /** Events that the fold could not take. */
  readonly refused: readonly Unfit[];
  /** With the version that it had: what is new is counted over the whole batch. */
  readonly row: TaskRow;
  /** Null where the state is what it was. */
  readonly state: TaskStateToWrite | null;
  /** Of the subtasks that the batch may have changed. */
  readonly subtasks: readonly SubtaskRow[];
  readonly errorCodes: ErrorCodeChanges;
}

/**
 * Folds a task's events of one batch into what is stored of it (null: nothing yet). `whole`: raw offsets that the batch
 * completes, and those that it leaves half applied. Never throws for an event's sake.
 */
export function foldTask(
  task: TaskInBatch,
  stored: TaskToFold | null,
  whole: Pick<Whole, 'completed' | 'half'>,
): FoldedTask {
  const { key, account, taskId, updated } = task;
  const { state, applied, refused } = foldAll(stored?.state ?? initialState, task.heard);
  const parked = (stored?.parked ?? 0) + task.unfit + refused.length;
  const firstReceived = stored?.firstReceived ?? task.firstReceived;
  const halfRaw = halfApplied(task, stored?.halfRaw ?? [], whole);
  const view = describeTask(state, parked, halfRaw.length > 0);
  const text = encodeState(state);
  const isChanged = text !== stored?.text && applied.length > 0;
  const row = taskRow(
    { key, account, taskId, parked, version: stored?.version ?? 0, firstReceived, updated, halfRaw },
    view,
  );
  return {
    refused,
    row,
    state: isChanged ? { task_key: key, state: text, digest: digestOf(text) } : null,
    subtasks: isChanged ? subtasksOf(key, applied, view) : [],
    errorCodes: hasFailures(state)
      ? errorCodesOf(row, view, { key, account, taskId, updated }, stored)
      : NO_ERROR_CODES,
  };
}

/** Changes of the rows of a task in the list by error code: those from what is stored of it to its row now. */
function errorCodesOf(
  row: TaskRow,
  view: TaskView,
  task: Pick<TaskAbout, 'key' | 'account' | 'taskId' | 'updated'>,
  stored: TaskToFold | null,
): ErrorCodeChanges {
  const after = errorCodeRows(row, view);
  if (stored === null) return errorCodeChanges([], after);
  const before = describeTask(stored.state, stored.parked, stored.halfRaw.length > 0);
  return errorCodeChanges(errorCodeRows(taskRow({ ...task, ...stored }, before), before), after);
}

/** Raw offsets that the task is half of now, ascending. */
function halfApplied(
  { raws }: TaskInBatch,
  before: readonly number[],
  { completed, half }: Pick<Whole, 'completed' | 'half'>,
): readonly number[] {
  if (before.length === 0 && half.size === 0) return before;
  const all = new Set([...before.filter((raw) => !completed.has(raw)), ...[...raws].filter((raw) => half.has(raw))]);
  return [...all].sort((a, b) => a - b);
}

interface FoldedEvents {
  readonly state: TaskState;
  readonly applied: readonly Heard[];
  readonly refused: readonly Unfit[];
}

/** Folds all at once; where that throws, one by one, so that only the events that do are left out. */
function foldAll(before: TaskState, heard: readonly Heard[]): FoldedEvents {
  try {
    const events = heard.map(({ event }) => event);
    return { state: fold(before, events), applied: heard, refused: [] };
  } catch {
    return foldOneByOne(before, heard);
  }
}

function foldOneByOne(before: TaskState, heard: readonly Heard[]): FoldedEvents {
  let state = before;
  const applied: Heard[] = [];
  const refused: Unfit[] = [];
  for (const one of heard) {
    try {
      state = evolve(state, one.event);
      applied.push(one);
    } catch (error) {
      const reason = `the fold refused it: ${String(error)}`;
      refused.push({ record: one.record, about: aboutEvent(one.event, reason, one.task) });
    }
  }
  return { state, applied, refused };
}

function subtasksOf(task: Bytes, applied: readonly Heard[], view: TaskView): SubtaskRow[] {
  const touched = new Set<string>();
  for (const { event } of applied) if ('key' in event.data) touched.add(event.data.key);
  const rows = view.subtasks.filter(({ key }) => touched.has(key)).map((subtask) => subtaskRow(task, subtask));
  return rows.sort((a, b) => (a.key_digest < b.key_digest ? -1 : 1));
}
