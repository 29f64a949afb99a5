import { isTaskPlace, listTasks as readTasks, shownErrorCode } from '@mps-ledger/read-model';
import type {
  ListedFailure,
  ListedTask,
  Page,
  TaskFilter,
  TaskOrder,
  TaskPage,
  TaskPlace,
  VisibleAccounts,
} from '@mps-ledger/read-model';
import type { SearchTerms } from '@mps-ledger/projections';
import { makeParameterReader } from '@mps-ledger/platform';
import { describeErrorCode, type TaskView } from '@mps-ledger/tasks';
import type { Answer } from '../http/answer';
import { listStart, pageOf } from '../http/paging';
import type { Filter } from '../http/cursor';
import { onlyFields } from '../http/fields';
import type { List } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { searchTasks, searchTermsOf } from './search-tasks';
import { TASKS_SELECTION } from './task-parameters';

/** Which tasks, and in which order: what a cursor of tasks carries. */
export interface TaskSelection extends TaskFilter, SearchTerms {
  readonly order?: TaskOrder;
}

export interface TaskListRequest extends PositionOptions {
  /** As given, values checked. */
  readonly selection: Filter & TaskSelection;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
  /** Members of items; undefined: all. */
  readonly fields: readonly string[] | undefined;
}

/** A task as `GET /v1/tasks` answers it. */
export interface TaskListItem
  extends Omit<ListedTask, 'error_code' | 'failed_subtask'>, Pick<TaskView, 'error_class' | 'retryable'> {
  readonly error_code: number | string | null;
  /** Only where it was asked for. */
  readonly failed_subtask?:
    | (Omit<ListedFailure, 'error_code'> & {
        readonly error_code: number | string | null;
      })
    | null;
}

/** The list of tasks, in any order. */
export const TASKS: List<TaskPlace> = {
  name: 'tasks',
  filterOf: makeParameterReader(TASKS_SELECTION),
  isPlace: isTaskPlace,
};

/** Answers a page of the list of tasks, newest first, once the limit on concurrent lists allows it. */
export function listTasks(context: QueryContext, request: TaskListRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => pageOfTasks(context, request)));
}

async function pageOfTasks(context: QueryContext, request: TaskListRequest): Promise<Answer> {
  const {
    filter: selection,
    after,
    cursorAfter,
  } = await listStart(context.cursors, TASKS, request.selection, request.cursor);
  const { fields } = request;
  const page = { ...pageOf(request.limit), withFailedSubtask: asksForFailure(fields) };
  const { limit } = page;
  const read = { visible: request.visible, selection: selection as TaskSelection, after, page };
  const { freshness, items, next, headers } = await readSelection(context, read);
  const next_cursor = cursorAfter(next);
  return {
    freshness,
    headers,
    next: { cursor: next_cursor, limit, fields },
    body: () => ({ items: items.map((item) => onlyFields(listedTask(item), fields)), next_cursor }),
  };
}

interface SelectionRead {
  readonly visible: VisibleAccounts;
  readonly selection: TaskSelection;
  readonly after: TaskPlace | null;
  readonly page: Page;
}

/** Reads a page of the tasks that are selected, from the lists or, where something is searched for, from the search. */
export async function readSelection(
  context: QueryContext,
  { visible, selection, after, page }: SelectionRead,
): Promise<TaskPage & { readonly headers: Readonly<Record<string, string>> }> {
  const { order, q, input, output, ...filter } = selection;
  const terms = searchTermsOf({ q, input, output });
  if (terms !== null) return searchTasks(context, { visible, terms, filter, after, page, order });
  return { ...(await readTasks(context.db, visible, filter, after, page, order)), headers: {} };
}

/** Whether the members of items that are asked for have to be looked up among the subtasks. */
export const asksForFailure = (fields: readonly string[] | undefined): boolean =>
  fields?.includes('failed_subtask') ?? false;

/** The row has the codes as text; a number is shown as the number that it is. */
export function listedTask({ failed_subtask: failure, ...task }: ListedTask): TaskListItem {
  const error_code = shownErrorCode(task.error_code);
  return {
    ...task,
    error_code,
    ...describeErrorCode(error_code),
    ...(failure !== undefined && {
      failed_subtask: failure === null ? null : { ...failure, error_code: shownErrorCode(failure.error_code) },
    }),
  };
}
