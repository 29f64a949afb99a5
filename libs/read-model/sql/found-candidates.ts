import type { TaskFilter, TaskPlace } from '../queries/task-filter';
import { GOOD_END } from '../filter-keys';
import { cut, fit, INDEXED_TEXT } from '../write/text';
import type { Candidates } from './list-tasks';
import { fresh } from './fresh';

/**
 * Finds tasks by what the read model does not have. Both selects have `task_key`, and may push their values. The place is in the order
 * by `first_received`.
 */
export interface TaskFinder {
  /** The newest so many tasks behind a place, whether they match or not: also the time as `at`, and `matches`. `limit` is a parameter. */
  newest(behind: TaskPlace | null, limit: string, values: unknown[]): string;
  /**
   * Tasks that may match, in no order, so many at most, by an index: also their time as `at`, and whether they match as `matches`. Null
   * where too many may, so that the index would take long to name them.
   */
  matching: ((limit: string, values: unknown[]) => string) | null;
  /** Tasks of the sample (`SAMPLED`) that match, in no order: also `matches`, which is true. */
  sampled(values: unknown[]): string;
}

/** The newest tasks that a finder knows, of which those are on the page that match it and the filter. */
export function newestFound(
  schema: string,
  finder: TaskFinder,
  filter: TaskFilter,
  after: TaskPlace | null,
  count: number,
  values: unknown[],
): Candidates {
  const places = finder.newest(after, `$${values.push(count)}`, values);
  return {
    ctes: '',
    places,
    repeats: false,
    condition: `candidates.matches and ${conditionOf(schema, filter, values)}`,
    more: `(select count(*) = $${values.push(count)}::int from candidates)`,
  };
}

/**
 * All tasks that a finder's index finds, unless they are more than so many: then there are `more`. Of those that match, no more are looked up than are
 * on the page, where there is no filter.
 */
export function allFound(
  schema: string,
  matching: NonNullable<TaskFinder['matching']>,
  filter: TaskFilter,
  after: TaskPlace | null,
  count: number,
  values: unknown[],
): Candidates {
  const found = matching(`$${values.push(count + 1)}`, values);
  const [time, key] = after ?? ['infinity', ''];
  const place = `($${values.push(time)}::timestamptz, $${values.push(Buffer.from(key, 'hex'))}::bytea)`;
  const condition = conditionOf(schema, filter, values);
  const first = condition === 'true' ? 'order by at desc, task_key desc limit $1' : '';
  return {
    ctes: `found as materialized (${found}),`,
    places: `select task_key, at from found where matches and (at, task_key) < ${place} ${first}`,
    repeats: false,
    condition,
    more: `(select count(*) > $${values.push(count)}::int from found)`,
  };
}

/** Counts the tasks that a finder found, of which those count that match the finder and the filter: by status and outcome, and how many were found at all. */
export function countFoundSql(schema: string, found: string, filter: TaskFilter, values: unknown[]): string {
  const condition = conditionOf(schema, filter, values);
  return `with ${fresh(schema)}, found as materialized (${found}), counts as (
  select task.status, task.outcome, count(*) as count
  from found cross join lateral (
    select * from ${schema}.task where task.task_key = found.task_key offset 0
  ) task
  where found.matches and ${condition} group by task.status, task.outcome
)
select fresh.*, (select count(*)::int from found) as found, counts.* from fresh left join counts on true
order by counts.status, counts.outcome nulls first`;
}

const EQUAL = ['account', 'status', 'outcome', 'kind', 'confirmation'] as const;

/** A filter as a condition on rows of `task`. */
function conditionOf(schema: string, filter: TaskFilter, values: unknown[]): string {
  const parts: string[] = [];
  for (const column of EQUAL)
    if (filter[column] !== undefined) parts.push(`task.${column} = any ($${values.push(filter[column])}::text[])`);
  if (filter.session_id !== undefined) {
    const texts = filter.session_id.map((text) => cut(text, INDEXED_TEXT));
    parts.push(`task.session_id = any ($${values.push(texts)}::text[])`);
  }
  if (filter.error_code !== undefined) parts.push(showsErrorCode(schema, filter.error_code, values));
  if (filter.contradicted !== undefined) parts.push(`task.contradicted = ${filter.contradicted === 'true'}`);
  if (filter.parked !== undefined) parts.push(`(task.parked > 0) = ${filter.parked === 'true'}`);
  const times = [
    ['first_received >=', filter.received_after],
    ['first_received <', filter.received_before],
    ['updated >=', filter.updated_after],
    ['updated <', filter.updated_before],
  ] as const;
  for (const [compared, time] of times)
    if (time !== undefined) parts.push(`task.${compared} $${values.push(time)}::timestamptz`);
  return parts.length === 0 ? 'true' : parts.join(' and ');
}

function showsErrorCode(schema: string, codes: readonly string[], values: unknown[]): string {
  const shown = codes.filter((code) => code !== GOOD_END).map((code) => fit(code));
  const parts = [
    ...(shown.length === 0
      ? []
      : [
          `exists (select from ${schema}.task_error_code c where c.task_key = task.task_key and c.error_code = any ($${values.push(shown)}::text[]))`,
        ]),
    ...(codes.includes(GOOD_END) ? [`task.error_code = '${GOOD_END}'`] : []),
  ];
  return `(${parts.join(' or ')})`;
}
