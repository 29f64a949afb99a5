import { digestOf, subtaskRow, taskRow } from '@mps-ledger/read-model';
import type { Bytes, SubtaskRow, TaskRow, TaskStateToWrite, TaskToFold } from '@mps-ledger/read-model';
import { describeTask, encodeState, evolve, fold, initialState } from '@mps-ledger/tasks';
import type { TaskState, TaskView } from '@mps-ledger/tasks';
import { aboutEvent } from './decode';
import type { Heard, TaskInBatch, Unfit } from './decode';

/** A task after a batch. */
export interface FoldedTask {
  readonly key: Bytes;
  /** The events that became history, in log order. */
  readonly applied: readonly Heard[];
  /** The records that are to be parked. */
  readonly unfit: readonly Unfit[];
  readonly row: TaskRow;
  /** Null where the state is what it was. */
  readonly state: TaskStateToWrite | null;
  /** Of the subtasks that the batch may have changed. */
  readonly subtasks: readonly SubtaskRow[];
}

/** Folds a task's events of one batch into what is stored of it (null: nothing yet). Never throws for an event's sake. */
export function foldTask(task: TaskInBatch, stored: TaskToFold | null): FoldedTask {
  const before = stored?.state ?? initialState;
  const { state, applied, refused } = foldAll(before, task.heard);
  const unfit = [...task.unfit, ...refused];
  const parked = (stored?.parked ?? 0) + unfit.length;
  const view = describeTask(state, parked);
  const text = encodeState(state);
  const isChanged = text !== stored?.text && applied.length > 0;
  return {
    key: task.key,
    applied,
    unfit,
    row: rowOf(task, stored, view, { applied: applied.length, parked }),
    state: isChanged ? { task_key: task.key, state: text, digest: digestOf(text) } : null,
    subtasks: isChanged ? subtasksOf(task.key, applied, view) : [],
  };
}

interface FoldedEvents {
  readonly state: TaskState;
  readonly applied: readonly Heard[];
  readonly refused: readonly Unfit[];
}

/** Folds all at once; where that throws, one by one, so that only the events that do are left out. */
function foldAll(before: TaskState, heard: readonly Heard[]): FoldedEvents {
  try {
    const state = fold(
      before,
      heard.map(({ event }) => event),
    );
    return { state, applied: heard, refused: [] };
  } catch {
    return foldOneByOne(before, heard);
  }
}

function foldOneByOne(before: TaskState, heard: readonly Heard[]): FoldedEvents {
  let state = before;
  const applied: Heard[] = [];
  const refused: Unfit[] = [];
  for (const { record, event } of heard) {
    try {
      state = evolve(state, event);
      applied.push({ record, event });
    } catch (error) {
      refused.push({ record, about: aboutEvent(event, `the fold refused it: ${String(error)}`) });
    }
  }
  return { state, applied, refused };
}

function rowOf(
  task: TaskInBatch,
  stored: TaskToFold | null,
  view: TaskView,
  count: { readonly applied: number; readonly parked: number },
): TaskRow {
  const records = [...task.heard, ...task.unfit].sort((a, b) => a.record.offset - b.record.offset);
  const first = records[0];
  const last = records.at(-1);
  return taskRow(
    {
      key: task.key,
      account: task.account,
      taskId: task.taskId,
      parked: count.parked,
      version: (stored?.version ?? 0) + count.applied,
      firstReceived: stored?.firstReceived ?? (first === undefined ? '' : receivedOf(first)),
      updated: last?.record.logged ?? '',
    },
    view,
  );
}

/** When the notification behind a record was received; when the log took it, of a record that does not say. */
function receivedOf(one: Heard | Unfit): string {
  if ('event' in one) return one.event.hearing.received;
  return one.about.received ?? one.record.logged;
}

function subtasksOf(task: Bytes, applied: readonly Heard[], view: TaskView): SubtaskRow[] {
  const touched = new Set<string>();
  for (const { event } of applied) if ('key' in event.data) touched.add(event.data.key);
  const rows = view.subtasks.filter(({ key }) => touched.has(key)).map((subtask) => subtaskRow(task, subtask));
  return rows.sort((a, b) => (a.key_digest < b.key_digest ? -1 : 1));
}
