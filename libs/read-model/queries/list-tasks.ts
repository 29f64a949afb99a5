import { hash } from 'node:crypto';
import type { QueryConfig } from 'pg';
import type { RowOf, Task } from '../entities';
import type { ReadModel } from '../read-model';
import { visibleFilter, type VisibleAccounts } from '../visible-accounts';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { exactInstant, shownInstant } from '../sql/instants';
import { LISTED_MEMBERS, listTasksSql } from '../sql/list-tasks';
import type { Candidates, ListShape } from '../sql/list-tasks';
import { allFound, newestFound } from '../sql/found-candidates';
import type { TaskFinder } from '../sql/found-candidates';
import { firstTasksSql } from '../sql/task-candidates';
import { candidatesByOtherTime, candidatesInWindow } from '../sql/window-candidates';
import { searchOf } from './task-filter';
import type { TaskFilter, TaskOrder, TaskPlace } from './task-filter';

export type { TaskPlace } from './task-filter';

export interface Page {
  /** Items at most. */
  readonly limit: number;
  /** Bytes of text at most, of all items together; the first item comes in any case. */
  readonly maxBytes: number;
  /** Whether each item says which subtask failed. Default false. */
  readonly withFailedSubtask?: boolean;
}

/** The first failed subtask of a task, by no order that means anything, and how many there are. */
export interface ListedFailure {
  readonly kind: string;
  readonly definition: string | null;
  readonly error_code: string | null;
  readonly error_code_ext: string | null;
  /** Its first 200 characters. */
  readonly message: string | null;
  /** 100: as many, or more. */
  readonly count: number;
}

type Member = keyof typeof LISTED_MEMBERS;

/** Times as RFC 3339 with milliseconds. */
export type ListedTask = Pick<RowOf<typeof Task>, Member & keyof RowOf<typeof Task>> & {
  readonly incomplete: boolean;
  /** Where it was asked for; null where no subtask failed. */
  readonly failed_subtask?: ListedFailure | null;
};

/** A task's members in their order, its failed subtask, and its key. */
type Item = readonly [...members: unknown[], failedSubtask: ListedFailure | null, key: string];

interface ListRow extends FreshRow {
  readonly found: number | null;
  readonly items: readonly Item[] | null;
  /** The rest is missing where what is found is the page. */
  readonly more?: boolean;
  readonly edge_at?: string | null;
  readonly edge_key?: string | null;
}

/** Tasks that a page looks through where a filter by the time that is not the order's leaves most of them out, about so many. */
const IN_WINDOW: Steps = { few: 500, many: 3_000, sorted: 2_000 };
/** The same where tasks are searched for. */
const FOUND: Steps = { few: 1_000, many: 10_000, sorted: 5_000 };

interface Steps {
  /** Tasks that are looked through first. */
  readonly few: number;
  /** So many tasks, or fewer, that are in the range of the other time, or are found, are all read and put in order. */
  readonly sorted: number;
  /** Where there are more: tasks that are looked through, of which a page may be short. */
  readonly many: number;
}

export interface TaskPage {
  readonly freshness: Freshness;
  readonly items: readonly ListedTask[];
  /** The place to continue from; null at the end. */
  readonly next: TaskPlace | null;
}

/**
 * Lists tasks, newest first by the time of the order. A place in the order by `first_received` stays valid when rows are inserted or updated,
 * as it never changes: what is newer than the place is not shown, what belongs behind it is. In the order by `updated` a task that is
 * updated moves to the beginning: it is shown once at most, and those that are not updated are shown.
 *
 * What a page reads is bounded, whatever the filter: where nearly all tasks fail a filter by the time that is not the order's, it
 * may have fewer tasks than its limit, or none, and not be the last.
 * @param after the place of the last item that was shown; null at the beginning
 */
export async function listTasks(
  model: ReadModel,
  visible: VisibleAccounts,
  asked: TaskFilter,
  after: TaskPlace | null,
  page: Page,
  order: TaskOrder = 'first_received',
): Promise<TaskPage> {
  const filter = visibleFilter(visible, asked);
  const search = searchOf(filter, order);
  const start = { search, order, after };
  if (search.residual === null) {
    const values = valuesOf(page);
    const text = firstTasksSql(shapeOf(model, order, page), start, page.limit + 1, values);
    return readPage(model, order, page, { text, values, ...(page.limit === USUAL_LIMIT && { name: nameOf(text) }) });
  }
  const { column } = search.residual;
  return pageInSteps(model, order, page, IN_WINDOW, {
    newest: (count, values) => candidatesInWindow(model.schema, start, count, values),
    all: (count, values) =>
      candidatesByOtherTime(model.schema, { ...start, search: searchOf(filter, column) }, count, values),
  });
}

/**
 * Lists the tasks of a filter that a finder finds, newest first by the time they were first received. What a page reads is bounded:
 * where the finder finds many, and few of them are among the newest, a page may be short and not be the last.
 */
export async function listFoundTasks(
  model: ReadModel,
  visible: VisibleAccounts,
  asked: TaskFilter,
  after: TaskPlace | null,
  page: Page,
  finder: TaskFinder,
): Promise<TaskPage> {
  const { schema } = model;
  const filter = visibleFilter(visible, asked);
  const { matching } = finder;
  return pageInSteps(model, 'first_received', page, FOUND, {
    newest: (count, values) => newestFound(schema, finder, filter, after, count, values),
    all: matching && ((count, values) => allFound(schema, matching, filter, after, count, values)),
  });
}

type Some = (count: number, values: unknown[]) => Candidates;

/** Looks through a few candidates in order; then, where that gives no full page, at all of them, unless they are too many (`all` is null: they are). */
async function pageInSteps(
  model: ReadModel,
  order: TaskOrder,
  page: Page,
  { few, sorted, many }: Steps,
  { newest, all }: { readonly newest: Some; readonly all: Some | null },
): Promise<TaskPage> {
  const read = (candidates: Some, count: number) => {
    const values = valuesOf(page);
    const text = listTasksSql(shapeOf(model, order, page), candidates(count, values));
    return readPage(model, order, page, { text, values });
  };
  const first = await read(newest, few);
  if (first.next !== null || !first.more) return first;
  if (all !== null) {
    const whole = await read(all, sorted);
    if (!whole.more) return whole;
  }
  const last = await read(newest, many);
  return { ...last, next: last.next ?? (last.more ? last.edge : null) };
}

const shapeOf = ({ schema }: ReadModel, order: TaskOrder, { withFailedSubtask = false }: Page): ListShape => ({
  ...{ schema, order, withFailedSubtask },
});

const valuesOf = (page: Page): unknown[] => [page.limit + 1, page.limit, page.maxBytes];

/**
 * Pages of this limit have named statements: to plan one takes as long as to run it. There are some twenty, by order and index, and each connection
 * keeps those that it was sent; one for each limit would be thousands.
 */
const USUAL_LIMIT = 50;

const nameOf = (text: string): string => `list-tasks ${hash('sha1', text)}`;

async function readPage(
  model: ReadModel,
  order: TaskOrder,
  { withFailedSubtask = false }: Page,
  statement: QueryConfig,
) {
  const { rows } = await model.db.query<ListRow>(statement);
  const [row] = rows;
  const freshness = freshnessOf(model, row);
  const shown = row?.items ?? [];
  const items = shown.map((item) => listedTask(item, withFailedSubtask));
  const last = shown.at(-1);
  const more = last !== undefined && (row?.found ?? 0) > shown.length;
  const next: TaskPlace | null = more
    ? [exactInstant(last[MEMBERS.indexOf(order)] as string), last.at(-1) as string]
    : null;
  const { edge_at: at = null, edge_key: key = null } = row ?? {};
  const edge: TaskPlace | null = at === null || key === null ? null : [at, key];
  return { freshness, items, next, edge, more: row?.more ?? false };
}

const MEMBERS = Object.keys(LISTED_MEMBERS) as readonly Member[];

function listedTask(item: Item, withFailedSubtask: boolean): ListedTask {
  const task = Object.fromEntries(MEMBERS.map((name, at) => [name, item[at]])) as ListedTask;
  return {
    ...task,
    ...(withFailedSubtask && { failed_subtask: item[MEMBERS.length] as ListedFailure | null }),
    task_id: JSON.parse(task.task_id) as string,
    first_received: shownInstant(exactInstant(task.first_received)),
    updated: shownInstant(exactInstant(task.updated)),
  };
}
