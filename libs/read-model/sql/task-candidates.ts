import { TASK_LIST } from '../filter-keys';
import type { TaskOrder, TaskPlace, TaskSearch, TimeRange } from '../queries/task-filter';
import { listFirstTasksSql, listTasksSql } from './list-tasks';
import type { ListShape } from './list-tasks';
import { newestFirst } from './newest-first';

/** From where on tasks are listed, in an order. */
export interface TaskListStart {
  /** How they are found in the order, or in the other one. */
  readonly search: TaskSearch;
  readonly order: TaskOrder;
  /** Behind this place; null: from the beginning. */
  readonly after: TaskPlace | null;
}

/**
 * The first tasks in the order, so many at most, of a search that has no condition for the other time. Tasks that are found in their own table are
 * not looked up again. The count is a literal: Postgres makes one plan for all values only where that costs no more than one for given values.
 */
export function firstTasksSql(
  shape: ListShape,
  { search, order, after }: TaskListStart,
  count: number,
  values: unknown[],
): string {
  const { schema } = shape;
  const { sources, range } = search;
  // A place of a page lies before the end of the range already, as a cursor carries its filter.
  const [time, key] = after ?? [range[1], ''];
  const behind = { time, id: Buffer.from(key, 'hex') };
  const found = sources.map(({ list, filter }, at) =>
    newestFirst(schema, list, { filter, behind, notBefore: range[0] }, String(count), values, `keys_${at}`),
  );
  const ctes = found.map(({ keys }) => keys).join(' ');
  const [only] = found;
  if (only !== undefined && sources.length === 1 && sources[0]?.list === TASK_LIST)
    return listFirstTasksSql(shape, { ctes, rows: only.rows });
  const rows = found.map(({ rows }) => `select task_key, ${order} as at from (${rows}) found`).join(' union all ');
  return listTasksSql(shape, {
    ctes,
    places: `select ${search.repeats ? 'distinct ' : ''}task_key, at from (${rows}) found order by at desc, task_key desc limit ${count}`,
    repeats: false,
    condition: 'true',
    more: 'false',
  });
}

/** The condition for tasks that are behind a place in an order; null: all are. */
export function isBehind(order: TaskOrder, after: TaskPlace | null, values: unknown[]): string {
  if (after === null) return 'true';
  const [time, key] = after;
  return `(task.${order}, task.task_key) < ($${values.push(time)}::timestamptz, $${values.push(Buffer.from(key, 'hex'))}::bytea)`;
}

/** The condition for tasks of which a time is in a range. */
export function isIn(column: TaskOrder, [from, before]: TimeRange, values: unknown[]): string {
  return `task.${column} >= $${values.push(from)}::timestamptz and task.${column} < $${values.push(before)}::timestamptz`;
}
