import type { RowOf, Task } from '../entities';
import { taskListBy } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { accountsToRead, type VisibleAccounts } from '../visible-accounts';
import { cut, fit, INDEXED_TEXT } from '../write/text';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { shownInstant } from '../sql/instants';
import { newestOfAccounts } from '../sql/newest-first';
import type { Selection } from '../sql/newest-first';
import { LISTED_MEMBERS, listTasksSql } from '../sql/list-tasks';

/** Which tasks; a member that is left out does not matter. Any text will do: it is made fit for comparing. */
export interface TaskFilter {
  readonly account?: string;
  readonly status?: string;
  readonly outcome?: string;
  readonly kind?: string;
  /** Of the task, of a subtask or of an end that competes; `0`: of the task alone. */
  readonly error_code?: string;
  /** Compared as the row has it: sanitised, its first 200 characters. */
  readonly session_id?: string;
  /** RFC 3339; the task's first notification came at or after, or before this time. */
  readonly received_after?: string;
  readonly received_before?: string;
}

/** Place of a task in the list: `[first_received with microseconds, task_key in hex]`. */
export type TaskPlace = readonly [received: string, key: string];

export interface Page {
  /** Items at most. */
  readonly limit: number;
  /** Bytes of text at most, of all items together; the first item comes in any case. */
  readonly maxBytes: number;
}

type Member = keyof typeof LISTED_MEMBERS;

/** Times as RFC 3339 with milliseconds. */
export type ListedTask = Pick<RowOf<typeof Task>, Member & keyof RowOf<typeof Task>> & { readonly incomplete: boolean };

interface ListRow extends FreshRow, Omit<ListedTask, 'version'> {
  readonly version: string;
  readonly key: string | null;
  readonly found: string;
}

/**
 * Lists tasks, newest first. The order never changes, so that a place in it stays valid when rows are inserted: what is newer than the
 * place is not shown, what belongs behind it is.
 * @param after the place of the last item that was shown; null at the beginning
 * @returns `next` is the place to continue from, null at the end
 */
export async function listTasks(
  model: ReadModel,
  visible: VisibleAccounts,
  { account, ...filter }: TaskFilter,
  after: TaskPlace | null,
  page: Page,
): Promise<{ readonly freshness: Freshness; readonly items: readonly ListedTask[]; readonly next: TaskPlace | null }> {
  const { schema } = model;
  const values: unknown[] = [page.limit + 1, page.limit, page.maxBytes];
  const selection = selectionOf(filter, after);
  const list = taskListBy(selection.filter);
  const { rows } = await model.db.query<ListRow>(
    listTasksSql(
      schema,
      list,
      newestOfAccounts(schema, list, accountsToRead(visible, account), selection, '$1', values),
    ),
    values,
  );
  const freshness = freshnessOf(model, rows[0]);
  const shown = rows.filter((row) => row.key !== null);
  const last = shown.at(-1);
  const more = last !== undefined && Number(last.found) > shown.length;
  return {
    freshness,
    items: shown.map(listedTask),
    next: more ? [last.first_received, last.key ?? ''] : null,
  };
}

/** A place of a page lies before `received_before` already, as a cursor carries its filter. */
function selectionOf(filter: Omit<TaskFilter, 'account'>, after: TaskPlace | null): Selection {
  const { received_after = '-infinity', received_before = 'infinity', ...columns } = filter;
  const [time, key] = after ?? [received_before, ''];
  return {
    filter: new Map(Object.entries(columns).map(([column, value]) => [column, asInRows(column, value)])),
    behind: { time, id: Buffer.from(key, 'hex') },
    notBefore: received_after,
  };
}

/** An error code is whole there, or not at all. */
function asInRows(column: string, value: string): string {
  return column === 'error_code' ? fit(value) : cut(value, INDEXED_TEXT);
}

function listedTask(row: ListRow): ListedTask {
  const members = Object.keys(LISTED_MEMBERS).map((name) => [name, row[name as Member]]);
  return {
    ...(Object.fromEntries(members) as ListedTask),
    task_id: JSON.parse(row.task_id) as string,
    version: Number(row.version),
    first_received: shownInstant(row.first_received),
    updated: shownInstant(row.updated),
  };
}
