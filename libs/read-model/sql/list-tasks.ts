import type { TaskOrder } from '../queries/task-filter';
import { fresh } from './fresh';
import { instantSql } from './instants';

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

/** Failed subtasks that are counted of a task at most. */
const FAILED_COUNTED = 100;

/** Of a task that failed, at least in part, the first failed subtask, and how many there are; as JSON. */
const failedSubtaskSql = (schema: string): string => `case when outcome in ('failed', 'partially-failed') then (
        select json_build_object('kind', s.kind, 'definition', s.definition, 'error_code', s.error_code,
          'error_code_ext', s.error_code_ext, 'message', left(s.message, 200), 'count', (
            select count(*) from (
              select from ${schema}.subtask c where c.task_key = found.task_key and c.status = 'failed' limit ${FAILED_COUNTED}
            ) counted))
        from ${schema}.subtask s where s.task_key = found.task_key and s.status = 'failed' order by s.key_digest limit 1
      ) end`;

/** What a page is chosen from. */
export interface Candidates {
  /** Common table expressions that they need, each with its comma. */
  readonly ctes: string;
  /** A select of `task_key` and the time of the order as `at`. */
  readonly places: string;
  /** A task may be there several times. */
  readonly repeats: boolean;
  /** SQL: whether there may be more candidates behind these. */
  readonly more: string;
  /** What a candidate's task must be to be on the page: a condition over `task`. */
  readonly condition: string;
}

/**
 * One statement, so that freshness and rows are of one snapshot and the page ends where its bytes are used up.
 * One row more than the limit is looked for, to know whether there are more; the limits then cut what is sent. Rows are looked up each
 * by its key, whatever the planner thinks of joining.
 *
 * Each row also says how many candidates there were (`examined`), which is the last of them (`edge_at`, `edge_key`), and whether there
 * may be `more` behind it.
 */
export function listTasksSql(
  schema: string,
  order: TaskOrder,
  { ctes, places, repeats, condition, more }: Candidates,
  withFailedSubtask = false,
): string {
  const columns = withFailedSubtask ? `${COLUMNS}, ${failedSubtaskSql(schema)} as failed_subtask` : COLUMNS;
  const newestFirst = `order by ${order} desc, task_key desc`;
  const chosen = repeats ? '(select distinct task_key from candidates) candidates' : 'candidates';
  return `with recursive ${ctes} ${fresh(schema)},
candidates as materialized (${places}),
edge as (
  select count(*)::int as examined, ${instantSql('(array_agg(at order by at, task_key))[1]')} as edge_at,
    encode((array_agg(task_key order by at, task_key))[1], 'hex') as edge_key
  from candidates
)
select fresh.*, edge.*, ${more} as more, page.* from fresh cross join edge left join lateral (
  select * from (
    select ${columns}, count(*) over () as found, row_number() over (${newestFirst}) as place,
      sum(octet_length(task_id_json)) over (${newestFirst}) as bytes
    from (
      select task.* from ${chosen}
      cross join lateral (select * from ${schema}.task t where t.task_key = candidates.task_key offset 0) task
      where ${condition} order by task.${order} desc, task.task_key desc limit $1
    ) found
  ) sized
  where place <= $2 and (place = 1 or bytes <= $3)
) page on true
order by page.place`;
}
