import { listTasks } from '@mps-ledger/read-model';
import type { ListedTask, Queryable, TaskFilter } from '@mps-ledger/read-model';
import { freshnessHeaders, nextLink } from '../http/answer';
import type { Answer } from '../http/answer';
import { pageOf, startOf } from '../http/paging';
import type { Filter } from '../http/paging';
import type { Reading } from '../reading';
import { TASKS } from './tasks-list';

export interface TasksQuestion {
  /** As given, values checked. */
  readonly filter: Filter & TaskFilter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** A task as `GET /v1/tasks` answers it. */
export interface TaskListItem extends Omit<ListedTask, 'error_code'> {
  readonly error_code: number | string | null;
}

/** Answers a page of the list of tasks, the one received first last, when its turn comes. */
export function askTasks({ db, lists }: Reading, question: TasksQuestion): Promise<Answer> {
  return lists.run(() => pageOfTasks(db, question));
}

async function pageOfTasks(db: Queryable, { filter: given, cursor, limit }: TasksQuestion): Promise<Answer> {
  const { filter, after, cursorAfter } = await startOf(db, TASKS, given, cursor);
  const page = pageOf(limit);
  const { freshness, items, next } = await listTasks(db, filter, after, page);
  const next_cursor = cursorAfter(next);
  return {
    headers: { ...freshnessHeaders(freshness), ...nextLink(next_cursor, page.limit) },
    body: { items: items.map(shown), next_cursor },
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
