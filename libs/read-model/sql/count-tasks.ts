import { SAMPLED } from '../filter-keys';
import type { TaskSearch, TaskSource } from '../queries/task-filter';
import { fresh } from './fresh';
import { inRange } from './in-range';
import { isIn } from './task-candidates';

/** Counts all tasks of a search, in either order. */
export function countTasksSql(schema: string, search: TaskSearch, values: unknown[]): string {
  const { sources, residual, repeats } = search;
  const columns = ['task_key', 'status', 'outcome', ...(residual === null ? [] : [residual.column])].join();
  const found = sources.map((source, at) => inRange(schema, source, search, columns, values, `keys_${at}`));
  const rows = found.map(({ from }) => `select found.* from ${from}`).join(' union all ');
  const where = residual === null ? 'true' : isIn(residual.column, residual.range, values);
  return grouped(schema, found.map(({ cte }) => cte).join(' '), `(${rows}) task where ${where}`, repeats);
}

/** The same of the tasks in the sample, from its index alone. The search is that of the order by last update. */
export function sampleTasksSql(schema: string, search: TaskSearch, values: unknown[]): string {
  const { sources, range, residual, repeats } = search;
  const rows = sources
    .map(
      (source) => `select task_key, status, outcome, first_received, updated from ${schema}.task_updated
        where ${SAMPLED} and ${conditionsOf(source, values)}`,
    )
    .join(' union all ');
  const received = residual === null ? 'true' : isIn(residual.column, residual.range, values);
  const where = `${isIn('updated', range, values)} and ${received}`;
  return grouped(schema, '', `(${rows}) task where ${where}`, repeats);
}

/** A task that is found several times counts once. */
function grouped(schema: string, ctes: string, rows: string, repeats: boolean): string {
  return `with recursive ${ctes} ${fresh(schema)}
select fresh.*, counts.* from fresh left join lateral (
  select status, outcome, count(${repeats ? 'distinct task_key' : '*'}) as count from ${rows} group by status, outcome
) counts on true
order by counts.status, counts.outcome nulls first`;
}

/** The columns as they are: few rows are looked at. */
function conditionsOf({ list, filter }: TaskSource, values: unknown[]): string {
  const conditions = [...filter].map(([column, given]) => {
    const some = `$${values.push(given)}::text[]`;
    if (column === 'lateness') return `${list.classOf[column]?.sql} = any(${some})`;
    if (column === 'contradicted') return `contradicted::text = any(${some})`;
    return column === 'parked' ? `(parked > 0)::text = any(${some})` : `${column} = any(${some})`;
  });
  return conditions.join(' and ');
}
