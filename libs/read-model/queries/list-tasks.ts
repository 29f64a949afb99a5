import { ERROR_CODE_LIST, taskListBy } from '../filter-keys';
import type { FilteredTable } from '../filter-keys';
import type { ReadModel } from '../read-model';
import { cut, fit, INDEXED_TEXT } from '../write/text';
import { fresh, freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { instantSql, shownInstant } from './instants';
import { newestFirst } from './newest-first';
import type { NewestFirst, Selection } from './newest-first';

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

/** What a list shows of a task: its narrow row. */
export interface ListedTask {
  readonly account: string;
  /** Exact. */
  readonly task_id: string;
  readonly kind: string;
  readonly status: string;
  readonly error_code: string | null;
  readonly outcome: string | null;
  readonly confirmation: string | null;
  readonly contradicted: boolean;
  readonly revised: boolean;
  readonly parked: number;
  readonly incomplete: boolean;
  readonly version: number;
  /** Sanitised and cut to 200 characters. */
  readonly session_id: string | null;
  readonly first_received: string;
  readonly updated: string;
}

interface ListRow extends FreshRow, Omit<ListedTask, 'task_id' | 'version'> {
  readonly task_id_json: string;
  readonly version: string;
  readonly key: string | null;
  readonly found: string;
}

const COLUMNS = `account, task_id_json, kind, status, error_code, outcome, confirmation, contradicted, revised, parked,
  half_raw is not null as incomplete, version, session_id, ${instantSql('first_received')} as first_received, ${instantSql('updated')} as updated,
  encode(task_key, 'hex') as key`;

const NEWEST_FIRST = 'order by first_received desc, task_key desc';

/**
 * Lists tasks, the one received first last; an order that never changes, so that a place in it stays good whatever is
 * inserted meanwhile: what is newer than the place is not shown, what belongs behind it is.
 * @param after the place of the last item that was shown; null at the beginning
 * @returns `next` is the place to go on from, null at the end
 */
export async function listTasks(
  model: ReadModel,
  filter: TaskFilter,
  after: TaskPlace | null,
  page: Page,
): Promise<{ readonly freshness: Freshness; readonly items: readonly ListedTask[]; readonly next: TaskPlace | null }> {
  const { schema } = model;
  const values: unknown[] = [page.limit + 1, page.limit, page.maxBytes];
  const selection = selectionOf(filter, after);
  const list = taskListBy(selection.filter);
  const { rows } = await model.db.query<ListRow>(
    sql(schema, list, newestFirst(schema, list, selection, '$1', values)),
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
function selectionOf(filter: TaskFilter, after: TaskPlace | null): Selection {
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

/** Rows of tasks, each by its key, whatever the planner thinks of joining, where those of a list have only what it is filtered by. */
function tasksOf(schema: string, list: FilteredTable, rows: string): string {
  if (list !== ERROR_CODE_LIST) return rows;
  return `select task.* from (${rows}) place
      cross join lateral (select * from ${schema}.task t where t.task_key = place.task_key offset 0) task`;
}

/** One row more than the limit is looked for, to know whether there are more; the limits then cut what is sent. */
function sql(schema: string, list: FilteredTable, { keys, rows }: NewestFirst): string {
  return `with recursive ${keys} ${fresh(schema)}
select fresh.*, page.* from fresh left join lateral (
  select * from (
    select ${COLUMNS}, count(*) over () as found, row_number() over (${NEWEST_FIRST}) as place,
      sum(octet_length(task_id_json)) over (${NEWEST_FIRST}) as bytes
    from (
      ${tasksOf(schema, list, `select * from (${rows}) candidates ${NEWEST_FIRST} limit $1`)}
    ) found
  ) sized
  where place <= $2 and (place = 1 or bytes <= $3)
) page on true
order by page.place`;
}

function listedTask(row: ListRow): ListedTask {
  return {
    account: row.account,
    task_id: JSON.parse(row.task_id_json) as string,
    kind: row.kind,
    status: row.status,
    error_code: row.error_code,
    outcome: row.outcome,
    confirmation: row.confirmation,
    contradicted: row.contradicted,
    revised: row.revised,
    parked: row.parked,
    incomplete: row.incomplete,
    version: Number(row.version),
    session_id: row.session_id,
    first_received: shownInstant(row.first_received),
    updated: shownInstant(row.updated),
  };
}
