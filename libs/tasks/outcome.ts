import { endsOf, parentKey, subtaskStatus } from './subtask';
import type { SubtaskState } from './subtask';
import type { TaskState } from './task';
import type { TaskKind } from './task-events';

/**
 * What a finished task came to. MPS has no word for it: a FINISH with ErrCode 0 may hold a failed subtask, so the outcome
 * is computed from the state and never heard.
 */
export const OUTCOMES = ['succeeded', 'partially-failed', 'failed', 'undetermined'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Judgement {
  /** Null while the task has not finished. */
  readonly outcome: Outcome | null;
  /** Why, in one sentence for a person; null where there is no outcome. */
  readonly reason: string | null;
}

/** Kinds of task that have no subtasks: their own ErrCode decides. */
const WITHOUT_SUBTASKS: ReadonlySet<TaskKind> = new Set(['edit-media', 'extract-blind-watermark', 'live']);

/**
 * Judges a task by the first rule that matches; `parked` is how many of its events could not be applied. A task has
 * finished exactly where there is a claim of its end.
 */
export function judge(state: TaskState, parked: number): Judgement {
  const end = state.claims[0];
  if (end === undefined) return { outcome: null, reason: null };
  if (end.end === 'failed') {
    return { outcome: 'failed', reason: `The task itself ended with ErrCode ${String(end.errorCode)}.` };
  }
  const ends = leavesOf(state).map(endsOf);
  const succeeded = sum(ends.map((one) => one.succeeded));
  const failed = sum(ends.map((one) => one.failed));
  const open = sum(ends.map((one) => one.open));
  if (failed > 0 && succeeded > 0) {
    return { outcome: 'partially-failed', reason: `Failed subtasks: ${failed} of ${succeeded + failed + open}.` };
  }
  if (open > 0) return { outcome: 'undetermined', reason: `Subtasks not known to have ended: ${open}.` };
  if (parked > 0) return { outcome: 'undetermined', reason: `Events that could not be applied: ${parked}.` };
  if (failed > 0) return { outcome: 'failed', reason: `Failed subtasks: ${failed} of ${failed}.` };
  if (succeeded > 0) return { outcome: 'succeeded', reason: `Failed subtasks: 0 of ${succeeded}.` };
  return withoutLeaves(state.kind?.value ?? 'unknown');
}

function withoutLeaves(kind: TaskKind): Judgement {
  if (WITHOUT_SUBTASKS.has(kind)) return { outcome: 'succeeded', reason: 'The task itself ended with ErrCode 0.' };
  return { outcome: 'undetermined', reason: 'The task finished, but no subtask was reported.' };
}

/** A subtask without children is a leaf; a parent that did not succeed counts as one too. */
function leavesOf(state: TaskState): readonly SubtaskState[] {
  const parents = new Set([...state.subtasks.keys()].map(parentKey));
  return [...state.subtasks.values()].filter(
    (subtask) => !parents.has(subtask.key) || subtaskStatus(subtask) !== 'succeeded',
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
