import { inTimes, type CountedTimes } from './counted-from';
import { fresh } from './fresh';
import { instantSql } from './instants';
import { conditions, type ReportColumns } from './report-conditions';

/** Tasks that are shown of a group, and rows of failures that these are taken from, of each account. */
const SAMPLES = 5;
const SAMPLED_ROWS = 20;

export interface ErrorSelection {
  readonly columns: ReportColumns;
  /** From the first hour on, and before the second. */
  readonly range: readonly [from: string, before: string];
  /** Together they are the range. */
  readonly times: readonly CountedTimes[];
  /** The last group of the page before. */
  readonly after: readonly [count: string, id: string] | null;
  readonly limit: number;
}

/**
 * A page of groups of failures, those with most first. What is read are the sums of the range, once by days and once by hours, and a bounded
 * number of rows for each group of the page: its first and newest failures are those of the accounts that have some in its first and in its
 * last hour.
 */
export function listErrorsSql(schema: string, selection: ErrorSelection, values: unknown[]): string {
  const { columns, times, range, after, limit } = selection;
  const [from = '', before = ''] = range.map((time) => `$${values.push(time)}::timestamptz`);
  const ofAccount = conditions(new Map([...columns].filter(([name]) => name === 'account')), values)('c');
  const page = `$${values.push(limit)}::int`;
  return `with ${fresh(schema)},
totals as materialized (
  select * from (
    select c.group_key, sum(c.count)::bigint as count from ${schema}.error_count c
    where (${inTimes(times, values).join(' or ') || 'false'}) and ${ofAccount} group by c.group_key
  ) t where ${isOfGroups(schema, columns, values)}
),
page as materialized (
  select * from totals t where ${isBehind(after, values)} order by t.count desc, t.group_key limit ${page} + 1
),
${hoursOf(schema, `c.start >= ${from} and c.start < ${before} and ${ofAccount}`)}
select fresh.*, (select coalesce(sum(count), 0) from totals) as failures, (select count(*) from totals) as groups,
  (select count(*) from page) as found, item.*
from fresh left join lateral (
  select encode(p.group_key, 'hex') as id, p.count, about.*, hours.shown as hours,
    ${instantSql('oldest.ended')} as first_seen, ${instantSql('newest.ended')} as last_seen, newest.samples
  from (select * from page order by count desc, group_key limit ${page}) p
  join hours using (group_key)
  cross join lateral (
    select kind, subtask_kind, definition, error_code, error_class, message
    from ${schema}.error_group g where g.group_key = p.group_key limit 1
  ) about
  ${firstAndNewest(schema, ofAccount, from)}
) item on true
order by item.count desc, item.id`;
}

/** Sums of the groups of the page by hour, in no order. On its own, since it is then summed up by hashing: to sort them takes longer than to count. */
function hoursOf(schema: string, matches: string): string {
  return `hour as materialized (
  select c.group_key, c.start, sum(c.count) as count from ${schema}.error_count c
  where c.hours = 1 and ${matches} and c.group_key in (select group_key from page) group by c.group_key, c.start
),
hours as materialized (
  select group_key, min(start) as first, max(start) as last,
    string_agg(date_part('epoch', start)::bigint || ':' || count, ' ') as shown
  from hour group by group_key
)`;
}

/** Of a group `p` and its `hours`: when its first and its last failure ended, and tasks that have the newest. */
function firstAndNewest(schema: string, ofAccount: string, from: string): string {
  const failures = `${schema}.failure f where f.group_key = p.group_key and f.account = a.account`;
  const accountsIn = (hour: string): string =>
    `(select distinct c.account from ${schema}.error_count c
      where c.hours = 1 and c.start = ${hour} and c.group_key = p.group_key and ${ofAccount}) a`;
  return `cross join lateral (
    select min(f.ended) as ended from ${accountsIn('hours.first')} cross join lateral (
      select f.first_ended as ended from ${failures} and f.first_ended >= hours.first order by f.first_ended limit 1
    ) f
  ) oldest
  cross join lateral (
    select max(sample.ended) as ended,
      json_agg(json_build_array(t.account, t.task_id_json) order by ended desc, task_key) as samples
    from (
      select f.task_key, max(f.ended) as ended from ${accountsIn('hours.last')} cross join lateral (
        select f.task_key, f.last_ended as ended from ${failures}
          and f.last_ended >= ${from} and f.last_ended < hours.last + interval '1 hour'
        order by f.last_ended desc, f.task_key limit ${SAMPLED_ROWS}
      ) f
      group by f.task_key order by ended desc, f.task_key limit ${SAMPLES}
    ) sample left join ${schema}.task t using (task_key)
  ) newest`;
}

/** Groups are looked for where something is asked of them: those of the sums, not all that there ever were. */
function isOfGroups(schema: string, columns: ReportColumns, values: unknown[]): string {
  const asked = new Map([...columns].filter(([name]) => name !== 'account'));
  if (asked.size === 0) return 'true';
  return `exists (select from ${schema}.error_group g where g.group_key = t.group_key and ${conditions(asked, values)('g')})`;
}

function isBehind(after: ErrorSelection['after'], values: unknown[]): string {
  if (after === null) return 'true';
  const [count, id] = [values.push(after[0]), values.push(after[1])];
  return `(t.count < $${count}::bigint or (t.count = $${count}::bigint and t.group_key > decode($${id}::text, 'hex')))`;
}
