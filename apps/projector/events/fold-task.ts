import { digestOf, subtaskRow, taskRow } from '@mps-ledger/read-model';
import type { Bytes, SubtaskRow, TaskRow, TaskStateToWrite, TaskToFold } from '@mps-ledger/read-model';
import { describeTask, encodeState, evolve, fold, initialState } from '@mps-ledger/tasks';
import type { TaskState, TaskView } from '@mps-ledger/tasks';
import { aboutEvent } from './decode';
import type { Heard, TaskInBatch, Unfit } from './decode';

/** A task after a batch. */
export interface FoldedTask {
  /** Events that the fold could not take. */
  readonly refused: readonly Unfit[];
  readonly row: TaskRow;
  /** Null where the state is what it was. */
  readonly state: TaskStateToWrite | null;
  /** Of the subtasks that the batch may have changed. */
  readonly subtasks: readonly SubtaskRow[];
}

/** Folds a task's events of one batch into what is stored of it (null: nothing yet). Never throws for an event's sake. */
export function foldTask(task: TaskInBatch, stored: TaskToFold | null): FoldedTask {
  const { key, account, taskId, updated } = task;
  const { state, applied, refused } = foldAll(stored?.state ?? initialState, task.heard);
  const parked = (stored?.parked ?? 0) + task.unfit + refused.length;
  const version = (stored?.version ?? 0) + applied.length;
  const firstReceived = stored?.firstReceived ?? task.firstReceived;
  const view = describeTask(state, parked);
  const text = encodeState(state);
  const isChanged = text !== stored?.text && applied.length > 0;
  return {
    refused,
    row: taskRow({ key, account, taskId, parked, version, firstReceived, updated }, view),
    state: isChanged ? { task_key: key, state: text, digest: digestOf(text) } : null,
    subtasks: isChanged ? subtasksOf(key, applied, view) : [],
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
