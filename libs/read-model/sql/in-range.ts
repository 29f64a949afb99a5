import { chooseKeys } from '../filter-keys';
import { also, existingKeys, latestUpdate } from './existing-keys';
import type { TaskSearch, TaskSource } from '../queries/task-filter';

/** What finds rows: a common table expression for a `with recursive`, with its comma, and the part of a select from `from` on. */
export interface InRange {
  readonly cte: string;
  /** SQL of the row's filter key; null where the rows are not found by one. */
  readonly key: string | null;
  /** The rows are called `found`. */
  readonly from: string;
}

/**
 * Makes SQL of all rows of a source whose time is in a range, but for the other time. Rows of a filter key are delimited by the key and both times;
 * in the order by last update also by how late after its first notification a task of the key was updated.
 * @param columns of the table, as a list
 */
export function inRange(
  schema: string,
  { list, filter }: TaskSource,
  { range, residual }: Pick<TaskSearch, 'range' | 'residual'>,
  columns: string,
  values: unknown[],
  name: string,
): InRange {
  const [from, before] = range.map((time) => `$${values.push(time)}::timestamptz`);
  const within = `${list.time} >= ${from} and ${list.time} < ${before}`;
  const chosen = chooseKeys(list, filter);
  if (chosen === null)
    return { cte: '', key: null, from: `(select ${columns} from ${schema}.${list.table} where ${within}) found` };
  const keys = existingKeys(schema, list, chosen, values, name);
  const latest =
    residual?.column === 'first_received'
      ? `and ${list.time} < ${latestUpdate(`${name}.key`, `$${values.push(residual.range[1])}::timestamptz`)}`
      : '';
  return {
    cte: `${keys.cte},`,
    key: `substr(${name}.key, length(${name}.prefix) + 1)`,
    from: `${name} cross join lateral (
      select ${columns} from ${schema}.${list.table}
      where ${chosen.index.key} = ${name}.key and ${within} ${latest} ${also(chosen.index)} offset 0
    ) found where ${keys.matches}`,
  };
}
