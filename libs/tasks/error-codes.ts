import type { TaskView } from './describe';
import type { TaskState } from './task';

/** The ErrCode of a good end: no error. */
const NO_ERROR = '0';

/**
 * The error codes that a task shows, each once, as text: its own, its subtasks' (also of those that are superseded), and
 * those of ends that compete. 0 is none: every good end has it.
 */
export function shownErrorCodes({ error_code, subtasks }: TaskView): ReadonlySet<string> {
  const codes = new Set<string>();
  const add = (code: number | string | null): void => {
    if (code !== null && String(code) !== NO_ERROR) codes.add(String(code));
  };
  add(error_code);
  for (const subtask of subtasks) {
    add(subtask.error_code);
    for (const end of subtask.ends) add(end.error_code);
  }
  return codes;
}

/**
 * Whether a failure was ever heard of, of the task or of a subtask. Of each end some claims are always kept: a state
 * without failures has come from states without failures, and none of them has shown an error code.
 */
export function hasFailures({ claims, subtasks }: TaskState): boolean {
  if (claims.some(isFailure)) return true;
  for (const subtask of subtasks.values()) if (subtask.claims.some(isFailure)) return true;
  return false;
}

function isFailure({ end }: { readonly end: string }): boolean {
  return end === 'failed';
}
