import { ERROR_CODE_LIST } from '../filter-keys';
import type { FilteredTable } from '../filter-keys';
import { fresh } from './fresh';
import { instantSql } from './instants';
import type { NewestFirst } from './newest-first';

/** What a list shows of a task, and the SQL of it: columns of its row, as they are but for `task_id`, which is exact. */
export const LISTED_MEMBERS = {
  account: 'account',
  task_id: 'task_id_json',
  kind: 'kind',
  status: 'status',
  error_code: 'error_code',
  outcome: 'outcome',
  confirmation: 'confirmation',
  contradicted: 'contradicted',
  revised: 'revised',
  parked: 'parked',
  incomplete: 'half_raw is not null',
  version: 'version',
  session_id: 'session_id',
  first_received: instantSql('first_received'),
  updated: instantSql('updated'),
} as const;

const COLUMNS = [
  ...Object.entries(LISTED_MEMBERS).map(([name, sql]) => `${sql} as ${name}`),
  `encode(task_key, 'hex') as key`,
].join();

const NEWEST_FIRST = 'order by first_received desc, task_key desc';

/** Rows of tasks, each by its key, whatever the planner thinks of joining, where those of a list have only what it is filtered by. */
function tasksOf(schema: string, list: FilteredTable, rows: string): string {
  if (list !== ERROR_CODE_LIST) return rows;
  return `select task.* from (${rows}) place
      cross join lateral (select * from ${schema}.task t where t.task_key = place.task_key offset 0) task`;
}

/**
 * One statement, so that freshness and rows are of one snapshot and the page ends where its bytes are used up.
 * One row more than the limit is looked for, to know whether there are more; the limits then cut what is sent.
 */
export function listTasksSql(schema: string, list: FilteredTable, { keys, rows }: NewestFirst): string {
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
