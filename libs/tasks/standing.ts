import { confirmationOf } from './claims';
import type { Confirmation } from './claims';
import { codeOf } from './describe';
import { computeOutcome } from './outcome';
import type { Outcome } from './outcome';
import { taskStatus, TASK_STATUSES } from './task';
import type { TaskLevel, TaskState, TaskStatus } from './task';

/** What of a task makes a transition when it differs from before. */
export interface TaskStanding {
  readonly status: TaskStatus;
  readonly outcome: Outcome | null;
  /** ErrCode of the end that counts, as text; null where there is none. */
  readonly error_code: string | null;
  readonly confirmation: Confirmation | null;
}

/** The standing of a task. `parked` is the number of its events that could not be applied. */
export function taskStanding(state: TaskState, parked: number): TaskStanding {
  const { claims } = state;
  const code = codeOf(claims[0]);
  return {
    status: taskStatus(state),
    outcome: computeOutcome(state, parked).outcome,
    error_code: code === null ? null : String(code),
    confirmation: confirmationOf(claims),
  };
}

/** The standing of a task of which no end was claimed: its level decides alone. */
export function openStanding(level: Exclude<TaskLevel, 3>): TaskStanding {
  return { status: TASK_STATUSES[level], outcome: null, error_code: null, confirmation: null };
}

/** Null is the standing before the first transition. */
export function isSameStanding(a: TaskStanding | null, b: TaskStanding | null): boolean {
  return (
    a?.status === b?.status &&
    a?.outcome === b?.outcome &&
    a?.error_code === b?.error_code &&
    a?.confirmation === b?.confirmation
  );
}
