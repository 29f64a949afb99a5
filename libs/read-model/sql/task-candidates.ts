import type { TaskOrder, TaskPlace, TaskSearch, TimeRange } from '../queries/task-filter';
import { inRange } from './in-range';
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

/** The first candidates in the order, so many at most, whatever the other time of their tasks: that is the condition. */
export function firstCandidates(
  schema: string,
  { search, order, after }: TaskListStart,
  count: number,
  values: unknown[],
): Candidates {
  const { sources, range, residual } = search;
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
    condition: residual === null ? 'true' : isIn(residual.column, residual.range, values),
  };
}

/**
 * The candidates that are in the range of the other time, at most one more than so many, in no order, and perhaps repeatedly. The search is the one in the order of
 * the other time.
 */
export function candidatesByOtherTime(
  schema: string,
  { search, order, after }: TaskListStart,
  count: number,
  values: unknown[],
): Candidates {
  const limit = `$${values.push(count + 1)}`;
  const found = search.sources.map((source, at) =>
    inRange(schema, source, search.range, 'task_key', values, `keys_${at}`),
  );
  const rows = found.map(({ from }) => `select found.task_key from ${from}`).join(' union all ');
  const { residual } = search;
  const behind = isBehind(order, after, values);
  return {
    ctes: found.map(({ cte }) => cte).join(' '),
    places: `select task_key, null::timestamptz as at from (${rows}) found limit ${limit}`,
    repeats: search.repeats,
    condition: `${behind} and ${residual === null ? 'true' : isIn(residual.column, residual.range, values)}`,
  };
}

/** The condition for tasks that are behind a place in an order; null: all are. */
export function isBehind(order: TaskOrder, after: TaskPlace | null, values: unknown[]): string {
  if (after === null) return 'true';
  const [time, key] = after;
  return `(task.${order}, task.task_key) < ($${values.push(time)}::timestamptz, $${values.push(Buffer.from(key, 'hex'))}::bytea)`;
}

function isIn(column: TaskOrder, [from, before]: TimeRange, values: unknown[]): string {
  return `task.${column} >= $${values.push(from)}::timestamptz and task.${column} < $${values.push(before)}::timestamptz`;
}
