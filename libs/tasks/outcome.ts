import { supersededKeys } from './listed';
import { endsOf, parentKey } from './subtask';
import type { Ends } from './subtask';
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
  /** Keys of open subtasks that are others under an earlier spelling of their input: shown, and no leaves. */
  readonly superseded: ReadonlySet<string>;
}

/** Kinds of task that have no subtasks: their own ErrCode decides. */
const WITHOUT_SUBTASKS: ReadonlySet<TaskKind> = new Set(['edit-media', 'extract-blind-watermark', 'live']);

/**
 * Judges a task by the first rule that matches; `parked` is how many of its events could not be applied. A task has
 * finished exactly where there is a claim of its end.
 */
export function judge(state: TaskState, parked: number): Judgement {
  const end = state.claims[0];
  if (end === undefined) return { outcome: null, reason: null, superseded: new Set() };
  const superseded = supersededKeys(state.subtasks.values(), state.listed);
  if (end.end === 'failed') {
    const code = end.errorCode ?? 'beyond all numbers';
    return { outcome: 'failed', reason: `The task itself ended with ErrCode ${code}.`, superseded };
  }
  return { ...judgeLeaves(leavesOf(state, superseded), parked, state.kind?.value ?? 'unknown'), superseded };
}

function judgeLeaves(leaves: Ends, parked: number, kind: TaskKind): Omit<Judgement, 'superseded'> {
  const { succeeded, failed, open } = leaves;
  if (failed > 0 && succeeded > 0) {
    return { outcome: 'partially-failed', reason: `Failed subtasks: ${failed} of ${succeeded + failed + open}.` };
  }
  if (open > 0) return { outcome: 'undetermined', reason: `Subtasks not known to have ended: ${open}.` };
  if (parked > 0) return { outcome: 'undetermined', reason: `Events that could not be applied: ${parked}.` };
  if (failed > 0) return { outcome: 'failed', reason: `Failed subtasks: ${failed} of ${failed}.` };
  if (succeeded > 0) return { outcome: 'succeeded', reason: `Failed subtasks: 0 of ${succeeded}.` };
  if (WITHOUT_SUBTASKS.has(kind)) return { outcome: 'succeeded', reason: 'The task itself ended with ErrCode 0.' };
  return { outcome: 'undetermined', reason: 'The task finished, but no subtask was reported.' };
}

/**
 * All leaves, by how they stand: a subtask without children, each of its twins counted; of a parent, its children, and
 * beside them its own answers (one per twin) that are no success. What is superseded is not open.
 */
function leavesOf(state: TaskState, superseded: ReadonlySet<string>): Ends {
  const parents = new Set([...state.subtasks.keys()].map(parentKey));
  const leaves = { succeeded: 0, failed: 0, open: 0 };
  for (const subtask of state.subtasks.values()) {
    const ends = endsOf(subtask);
    if (!parents.has(subtask.key)) leaves.succeeded += ends.succeeded;
    leaves.failed += ends.failed;
    if (!superseded.has(subtask.key)) leaves.open += ends.open;
  }
  return leaves;
}
