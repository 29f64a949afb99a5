import type { TaskView } from './describe';
import type { TaskState } from './task';

/** The ErrCode of a success. */
const NO_ERROR = '0';

/**
 * The distinct error codes that a task shows, as text: its own, those of its subtasks (superseded ones included), and those of
 * competing ends. 0 is left out, since every success has it.
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
 * Whether a failure of the task or of a subtask was ever reported. Some claims of each end are always kept, so a state without
 * failures results from states without failures only, and none of them showed an error code.
 */
export function hasFailures({ claims, subtasks }: TaskState): boolean {
  if (claims.some(isFailure)) return true;
  for (const subtask of subtasks.values()) if (subtask.claims.some(isFailure)) return true;
  return false;
}

function isFailure({ end }: { readonly end: string }): boolean {
  return end === 'failed';
}
