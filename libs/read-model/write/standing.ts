import { isSameStanding, type TaskStanding, type TaskView } from '@mps-ledger/tasks';
import type { TaskRow } from './rows';
import { fit } from './text';

/** What a task's row says of its standing. There is no outcome while a notification is half applied. */
export function standingColumns(view: TaskView, isHalf: boolean): TaskStanding {
  const { status, outcome, error_code: code, confirmation } = view;
  return {
    status,
    outcome: isHalf ? null : outcome,
    error_code: code === null ? null : fit(String(code)),
    confirmation,
  };
}

/** The standing after a task's last transition, as its row keeps it beside the standing that it has now. */
export function standingText(last: TaskStanding | null, now: TaskStanding): string | null {
  if (isSameStanding(last, now)) return null;
  if (last === null) return 'null';
  const { status, outcome, error_code, confirmation } = last;
  return JSON.stringify({ status, outcome, error_code, confirmation });
}

/** The columns of a task's row that hold its standing now, and the last one that was written. */
export type StandingInRow = Pick<TaskRow, keyof TaskStanding | 'last_standing'>;

/** The standing after a task's last transition, of its row; null before the first. */
export function lastStanding(row: StandingInRow): TaskStanding | null {
  const { last_standing: text, status, outcome, error_code, confirmation } = row;
  if (text === null) return { status, outcome, error_code, confirmation } as TaskStanding;
  return JSON.parse(text) as TaskStanding | null;
}
