import type { ListedRow } from '../api/answers';

/** What is heard of a task, as far as the list shows it. */
export type TaskChange = Pick<ListedRow, 'account' | 'task_id' | 'version'> &
  Partial<ListedRow> & {
    /** It is the first that was ever heard of the task. */
    readonly isFirst: boolean;
  };

/** The data of a state change, as far as the page reads it. */
export interface StateChangeData extends Pick<
  ListedRow,
  'account' | 'task_id' | 'kind' | 'status' | 'outcome' | 'error_code' | 'confirmation' | 'version'
> {
  /** Null: the first of its task. */
  readonly previous: object | null;
  readonly failed_subtasks: readonly Omit<NonNullable<ListedRow['failed_subtask']>, 'count'>[];
}

/** What a state change of the stream says. */
export function changeOfStream(data: StateChangeData): TaskChange {
  const { account, task_id, kind, status, outcome, error_code, confirmation, version, previous } = data;
  const [first] = data.failed_subtasks;
  const failed_subtask = first === undefined ? null : { ...first, count: data.failed_subtasks.length };
  return {
    ...{ account, task_id, kind, status, outcome, error_code, confirmation, version, failed_subtask },
    isFirst: previous === null,
  };
}
