import { supersededKeys } from './listed';
import { endsOf, parentKey } from './subtask';
import type { EndCounts } from './subtask';
import type { TaskState } from './task';
import type { TaskKind } from './task-events';

/**
 * The result of a finished task over its subtasks. MPS does not report it: a FINISH with ErrCode 0 may contain a failed subtask.
 * The outcome is therefore computed from the state.
 */
export const OUTCOMES = ['succeeded', 'partially-failed', 'failed', 'undetermined'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface ComputedOutcome {
  /** Null while the task has not finished. */
  readonly outcome: Outcome | null;
  /** The reason as one sentence; null if there is no outcome. */
  readonly reason: string | null;
  /** Keys of superseded subtasks (see `supersededKeys`): shown, but not counted as leaves. */
  readonly superseded: ReadonlySet<string>;
}

/** Kinds of task that have no subtasks; their own ErrCode decides the outcome. */
const WITHOUT_SUBTASKS: ReadonlySet<TaskKind> = new Set(['edit-media', 'extract-blind-watermark', 'live']);

/**
 * Computes the outcome of a task by the first rule that matches. `parked` is the number of its events that could not be applied.
 * A task has finished exactly if there is a claim about its end.
 */
export function computeOutcome(state: TaskState, parked: number): ComputedOutcome {
  const end = state.claims[0];
  if (end === undefined) return { outcome: null, reason: null, superseded: new Set() };
  const superseded = supersededKeys(state.subtasks.values(), state.listed);
  if (end.end === 'failed') {
    const code = end.errorCode ?? 'beyond all numbers';
    return { outcome: 'failed', reason: `The task itself ended with ErrCode ${code}.`, superseded };
  }
  return { ...outcomeOfLeaves(leavesOf(state, superseded), parked, state.kind?.value ?? 'unknown'), superseded };
}

function outcomeOfLeaves(leaves: EndCounts, parked: number, kind: TaskKind): Omit<ComputedOutcome, 'superseded'> {
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
 * The number of leaves by status. A subtask without children counts once per twin. A parent counts only where it did not succeed,
 * besides its children. Superseded subtasks do not count as open.
 */
function leavesOf(state: TaskState, superseded: ReadonlySet<string>): EndCounts {
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
