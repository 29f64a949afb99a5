import { confirmationOf, disagree, distinctOutputs } from './claims';
import type { Confirmation } from './claims';
import { judge } from './outcome';
import type { Outcome } from './outcome';
import { compareText } from './register';
import { endsOf, subtaskStatus } from './subtask';
import type { SubtaskState, SubtaskStatus, TwinCounts } from './subtask';
import { taskStatus } from './task';
import type { TaskState, TaskStatus } from './task';
import type { Json, TaskKind } from './task-events';

/** A subtask as it is shown. What stands beside an end (error, output) belongs to that end. */
export interface SubtaskView {
  readonly key: string;
  readonly kind: string;
  readonly definition: string | null;
  readonly status: SubtaskStatus;
  /** 0 to 100; a succeeded subtask shows 100; null where none was reported. */
  readonly progress: number | null;
  /** 0 of a good end; null while open, or where a failure gave none. */
  readonly error_code: number | string | null;
  readonly error_code_ext: string | null;
  readonly message: string | null;
  readonly input: Json;
  readonly output: Json;
  readonly contradicted: boolean;
  readonly revised: boolean;
  /** Null for a single subtask. */
  readonly twins: TwinCounts | null;
}

/** A task as it is shown: what its state comes to, without whose it is and how fresh. */
export interface TaskView {
  readonly kind: TaskKind;
  readonly status: TaskStatus;
  readonly error_code: number | string | null;
  readonly message: string | null;
  readonly outcome: Outcome | null;
  readonly outcome_reason: string | null;
  readonly confirmation: Confirmation | null;
  /** The claims about its end, or about a subtask's, cannot all be true. */
  readonly contradicted: boolean;
  /** The claims agree on the end and differ in its output. */
  readonly revised: boolean;
  readonly session_id: string | null;
  readonly session_context: string | null;
  readonly input: Json;
  readonly output: Json;
  readonly metadata: { readonly [member: string]: Json } | null;
  /** By key. */
  readonly subtasks: readonly SubtaskView[];
}

/** Describes a task; `parked` is how many of its events could not be applied. */
export function describeTask(state: TaskState, parked: number): TaskView {
  const end = state.claims[0];
  const { outcome, reason } = judge(state, parked);
  const subtasks = [...state.subtasks.values()].sort((a, b) => compareText(a.key, b.key)).map(describeSubtask);
  return {
    kind: state.kind?.value ?? 'unknown',
    status: taskStatus(state),
    error_code: end === undefined ? null : (end.errorCode ?? 0),
    message: end?.message ?? null,
    outcome,
    outcome_reason: reason,
    confirmation: confirmationOf(state.claims),
    contradicted: disagree(state.claims) || subtasks.some((subtask) => subtask.contradicted),
    revised:
      (!disagree(state.claims) && distinctOutputs(state.claims) > 1) || subtasks.some((subtask) => subtask.revised),
    session_id: state.sessionId?.value ?? null,
    session_context: state.sessionContext?.value ?? null,
    input: state.input?.value ?? null,
    output: end?.output ?? null,
    metadata: describeMetadata(state),
    subtasks,
  };
}

function describeMetadata(state: TaskState): TaskView['metadata'] {
  if (state.metadata.size === 0) return null;
  const members = [...state.metadata].sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(members.map(([name, member]) => [name, member.value]));
}

function describeSubtask(subtask: SubtaskState): SubtaskView {
  const status = subtaskStatus(subtask);
  const end = subtask.claims[0];
  const contradicted = isContradicted(subtask);
  return {
    key: subtask.key,
    kind: subtask.kind,
    definition: subtask.definition,
    status,
    progress: status === 'succeeded' ? 100 : subtask.progress,
    error_code: end?.errorCode ?? (end?.end === 'succeeded' ? 0 : null),
    error_code_ext: end?.errorCodeExt ?? null,
    message: end?.message ?? null,
    input: subtask.input?.value ?? null,
    output: end?.output ?? null,
    contradicted,
    revised: !contradicted && distinctOutputs(subtask.claims) > (subtask.twins?.total ?? 1),
    twins: shownTwins(subtask),
  };
}

/** Twins may end differently; more ends than twins cannot be. */
function isContradicted(subtask: SubtaskState): boolean {
  if (subtask.twins === null) return disagree(subtask.claims);
  const { succeeded, failed } = endsOf(subtask);
  return succeeded + failed > subtask.twins.total;
}

function shownTwins(subtask: SubtaskState): TwinCounts | null {
  if (subtask.twins === null) return null;
  const { succeeded, failed } = endsOf(subtask);
  return { total: subtask.twins.total, succeeded, failed };
}
