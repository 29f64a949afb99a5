import type { TaskOrder } from '../queries/task-filter';
import { fresh } from './fresh';
import { instantInJson, instantSql } from './instants';

/** What a list shows of a task, and the SQL of it, as members of JSON: columns of its row, as they are but for `task_id`, which is exact. */
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
  first_received: instantInJson('first_received'),
  updated: instantInJson('updated'),
} as const;

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

/** Tasks of which a page is the first. */
export interface FirstTasks {
  /** Common table expressions that they need, each with its comma. */
  readonly ctes: string;
  /** A select of whole rows of `task`. */
  readonly rows: string;
}

/** A page: in which order, and whether each task says which subtask failed. */
export interface ListShape {
  readonly schema: string;
  readonly order: TaskOrder;
  readonly withFailedSubtask: boolean;
}

/**
 * One statement, so that freshness and rows are of one snapshot and the page ends where its bytes are used up: one row, with the tasks as `items`.
 * One task more than the limit is looked for, to know whether there are more (`found`); the limits then cut what is sent. Tasks are looked up each
 * by its key, whatever the planner thinks of joining.
 *
 * The row also says which candidate is the last one (`edge_at`, `edge_key`), and whether there may be `more` behind it.
 */
export function listTasksSql(shape: ListShape, { ctes, places, repeats, condition, more }: Candidates): string {
  const { schema } = shape;
  const chosen = repeats ? '(select distinct task_key from candidates) candidates' : 'candidates';
  const tasks = `select task.* from ${chosen}
      cross join lateral (select * from ${schema}.task t where t.task_key = candidates.task_key offset 0) task
      where ${condition}`;
  return `with recursive ${ctes} ${fresh(schema)},
candidates as materialized (${places}),
edge as (
  select ${instantSql('(array_agg(at order by at, task_key))[1]')} as edge_at,
    encode((array_agg(task_key order by at, task_key))[1], 'hex') as edge_key
  from candidates
)
select fresh.*, edge.*, ${more} as more, page.* from fresh cross join edge cross join lateral (${pageOf(shape, tasks)}) page`;
}

/** The same of tasks whose rows are found in the order, of which all match. */
export function listFirstTasksSql(shape: ListShape, { ctes, rows }: FirstTasks): string {
  return `with recursive ${ctes} ${fresh(shape.schema)}
select fresh.*, page.* from fresh cross join lateral (${pageOf(shape, rows)}) page`;
}

/**
 * Limits: $1 tasks to find, $2 tasks and $3 bytes to send. A task is an array, which takes half the time of an object: its members, the subtask that
 * failed, and its key.
 */
function pageOf({ schema, order, withFailedSubtask }: ListShape, tasks: string): string {
  const newestFirst = `order by ${order} desc, task_key desc`;
  const failed = withFailedSubtask ? failedSubtaskSql(schema) : 'null';
  const item = `json_build_array(${Object.values(LISTED_MEMBERS).join()}, ${failed}, encode(task_key, 'hex'))`;
  return `
  select max(found)::int as found, json_agg(item order by place) as items from (
    select ${item} as item, count(*) over () as found, row_number() over (${newestFirst}) as place,
      sum(octet_length(task_id_json)) over (${newestFirst}) as bytes
    from (
      select * from (${tasks}) task ${newestFirst} limit $1
    ) found
  ) sized
  where place <= $2 and (place = 1 or bytes <= $3)
`;
}
