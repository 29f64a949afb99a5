import { fresh } from './fresh';
import { instantSql } from './instants';
import { conditions, type ReportColumns } from './report-conditions';

/** What usage can be told apart by, in the order of the list: newest days first, the others by their text. */
export const USAGE_DIMENSIONS = ['day', 'account', 'kind', 'subtask_kind', 'definition'] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

const SUMS = ['tasks', 'failed_tasks', 'subtasks', 'failed_subtasks', 'output_milliseconds', 'output_bytes'];

export interface UsageSelection {
  readonly columns: ReportColumns;
  /** Days from the first on, and before the second. */
  readonly range: readonly [from: string, before: string];
  readonly by: ReadonlySet<UsageDimension>;
  /** Values of all dimensions, empty where they are not told apart. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** A page of sums of usage, and the sums of all that match. */
export function listUsageSql(schema: string, selection: UsageSelection, values: unknown[]): string {
  const { columns, range, by, after, limit } = selection;
  const [from, before] = range.map((time) => `$${values.push(time)}::timestamptz`);
  const told = USAGE_DIMENSIONS.filter((name) => by.has(name));
  const sums = SUMS.map((name) => `sum(u.${name}) as ${name}`);
  const grouped = told.map((name) => `u.${name}`);
  const order = told.map((name) => (name === 'day' ? 'u.day desc' : `u.${name}`)).join(', ');
  return `with ${fresh(schema)},
counted as materialized (
  select ${[...grouped, ...sums].join(', ')} from ${schema}.usage u
  where u.day >= ${from} and u.day < ${before} and ${conditions(columns, values)('u')}
  ${told.length === 0 ? 'having count(*) > 0' : `group by ${grouped.join(', ')}`}
),
total as (select ${SUMS.map((name) => `coalesce(sum(u.${name}), 0)::text as ${name}`).join(', ')} from counted u),
page as (
  select row_number() over (${told.length === 0 ? '' : `order by ${order}`}) as place,
    ${USAGE_DIMENSIONS.map((name) => `${shownAs(name, by)} as ${name}`).join(', ')},
    ${SUMS.map((name) => `u.${name}::text as ${name}`).join(', ')}
  from counted u where ${isBehind(told, after, values)} order by place limit $${values.push(limit)}::int + 1
)
select fresh.*, (select to_json(total) from total) as total, item.* from fresh left join page item on true
order by item.place`;
}

function shownAs(name: UsageDimension, by: ReadonlySet<UsageDimension>): string {
  if (!by.has(name)) return `''`;
  return name === 'day' ? instantSql('u.day') : `u.${name}`;
}

function isBehind(told: readonly UsageDimension[], after: readonly string[] | null, values: unknown[]): string {
  if (after === null) return 'true';
  const place = (name: UsageDimension): string => `$${values.push(after[USAGE_DIMENSIONS.indexOf(name)])}`;
  const others = told.filter((name) => name !== 'day');
  const behind =
    others.length === 0
      ? 'false'
      : `(${others.map((name) => `u.${name}`).join(', ')}) > (${others.map((name) => `${place(name)}::text`).join(', ')})`;
  if (!told.includes('day')) return behind;
  const day = `${place('day')}::timestamptz`;
  return `(u.day < ${day} or (u.day = ${day} and ${behind}))`;
}
