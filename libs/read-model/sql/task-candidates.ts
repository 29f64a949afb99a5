import type { TaskOrder, TaskPlace, TaskSearch, TimeRange } from '../queries/task-filter';
import type { Candidates } from './list-tasks';
import { newestFirst } from './newest-first';

/** From where on tasks are listed, in an order. */
export interface TaskListStart {
  /** How they are found in the order, or in the other one. */
  readonly search: TaskSearch;
  readonly order: TaskOrder;
  /** Behind this place; null: from the beginning. */
  readonly after: TaskPlace | null;
}

/** The first candidates in the order, so many at most. The search has no condition for the other time of their tasks. */
export function firstCandidates(
  schema: string,
  { search, order, after }: TaskListStart,
  count: number,
  values: unknown[],
): Candidates {
  const { sources, range } = search;
  const limit = `$${values.push(count)}`;
  // A place of a page lies before the end of the range already, as a cursor carries its filter.
  const [time, key] = after ?? [range[1], ''];
  const behind = { time, id: Buffer.from(key, 'hex') };
  const found = sources.map(({ list, filter }, at) =>
    newestFirst(schema, list, { filter, behind, notBefore: range[0] }, limit, values, `keys_${at}`),
  );
  const rows = found.map(({ rows }) => `select task_key, ${order} as at from (${rows}) found`).join(' union all ');
  return {
    ctes: found.map(({ keys }) => keys).join(' '),
    places: `select ${search.repeats ? 'distinct ' : ''}task_key, at from (${rows}) found order by at desc, task_key desc limit ${limit}`,
    repeats: false,
    condition: 'true',
    more: 'false',
  };
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
