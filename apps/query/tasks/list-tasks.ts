import { isTaskPlace, listTasks as readTasks } from '@mps-ledger/read-model';
import type { ListedTask, TaskFilter, TaskPlace } from '@mps-ledger/read-model';
import { makeParameterReader } from '@mps-ledger/platform';
import type { Answer } from '../http/answer';
import { listStart, pageOf } from '../http/paging';
import type { Filter } from '../http/cursor';
import type { List } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { TASKS_FILTERS } from './task-parameters';

export interface TaskListRequest extends PositionOptions {
  /** As given, values checked. */
  readonly filter: Filter & TaskFilter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** A task as `GET /v1/tasks` answers it. */
export interface TaskListItem extends Omit<ListedTask, 'error_code'> {
  readonly error_code: number | string | null;
}

const TASKS: List<TaskPlace> = { name: 'tasks', filterOf: makeParameterReader(TASKS_FILTERS), isPlace: isTaskPlace };

/** Answers a page of the list of tasks, newest first, once the limit on concurrent lists allows it. */
export function listTasks(context: QueryContext, request: TaskListRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => pageOfTasks(context, request)));
}

async function pageOfTasks(
  { db, cursors }: QueryContext,
  { visible, filter: given, cursor, limit }: TaskListRequest,
): Promise<Answer> {
  const { filter, after, cursorAfter } = await listStart(cursors, TASKS, given, cursor);
  const page = pageOf(limit);
  const { freshness, items, next } = await readTasks(db, visible, filter, after, page);
  const next_cursor = cursorAfter(next);
  return {
    freshness,
    next: { cursor: next_cursor, limit: page.limit },
    body: () => ({ items: items.map(shown), next_cursor }),
  };
}

/** The row has the code as text; a number is shown as the number that it is. */
function shown(task: ListedTask): TaskListItem {
  const { error_code } = task;
  return {
    ...task,
    error_code: error_code !== null && /^-?(0|[1-9]\d{0,14})$/.test(error_code) ? Number(error_code) : error_code,
  };
}
