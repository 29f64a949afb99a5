import { chooseKeys } from '../filter-keys';
import type { TaskSource } from '../queries/task-filter';
import { also, existingKeys, latestUpdate } from './existing-keys';
import type { Candidates } from './list-tasks';
import { isBehind, isIn, type TaskListStart } from './task-candidates';

/** Rows of each filter key that say how dense its rows are. */
const HEAD = 8;
/** A filter key may have so many times the rows that its density promises; what is behind them is left for the next page. */
const DENSER = 4;

/**
 * The newest candidates in the order, about so many, whatever the other time of their tasks: that is the condition.
 *
 * To read so many rows of each filter key would be to read a hundred times more than are wanted, as most keys are rare. The first rows
 * of each key say how many it has in a second. So it is known since when there are about as many as wanted, and the rows since
 * then are read, of each key so many as its density promises, several times over. What is read is bounded, whatever the densities are.
 */
export function candidatesInWindow(
  schema: string,
  { search, order, after }: TaskListStart,
  count: number,
  values: unknown[],
): Candidates {
  const { sources, range, residual } = search;
  const [time, id] = after ?? [range[1], ''];
  const wanted = `$${values.push(count)}::int`;
  const most = `$${values.push(HEAD + DENSER * count)}::int`;
  const since = `$${values.push(range[0])}::timestamptz`;
  const behind = {
    time: `$${values.push(time)}::timestamptz`,
    id: `$${values.push(Buffer.from(id, 'hex'))}::bytea`,
    latest: order === 'updated' && residual !== null ? `$${values.push(residual.range[1])}::timestamptz` : null,
  };
  const read = sources.map((source, at) => streamsOf(schema, source, at, behind, most, values));
  return {
    ctes: windowOf(read, { wanted, most, since }),
    places: `select distinct walked.task_key, walked.at from walked left join cut on true
      where cut.at is null or (walked.at, walked.task_key) >= (cut.at, cut.task_key)`,
    repeats: false,
    condition: residual === null ? 'true' : isIn(residual.column, residual.range, values),
    more: 'exists (select from paces where pace > 0)',
  };
}

/** Parameters: rows wanted, rows of a key at most, and before when no row is. */
type WindowParameters = Readonly<Record<'wanted' | 'most' | 'since', string>>;

/** Common table expressions that read a window, of all streams, as `walked`; `cut` is where it ends early. */
function windowOf(read: readonly Streams[], { wanted, most, since }: WindowParameters): string {
  const all = (from: string): string => read.map(({ rowsOf }) => rowsOf(from)).join(' union all ');
  return `${read.map(({ keys }) => keys).join(' ')}
streams as materialized (
  select streams.*, ${HEAD} as most, ${since} as since from (${read.map(({ select }) => select).join(' union all ')}) streams
),
heads as materialized (
  select source, key, count(*) as rows, max(at) as newest, min(at) as oldest from (${all('streams')}) head group by source, key
),
paces as materialized (
  select source, key, case when rows < ${HEAD} then 0
    else rows / greatest(extract(epoch from (select max(newest) from heads) - oldest)::float8, 0.001) end as pace
  from heads
),
span as materialized (
  select sum(pace) as pace, greatest(${since}, coalesce((select max(newest) from heads)
    - make_interval(secs => least(${wanted} / nullif(sum(pace), 0), 1e9)), ${since})) as since
  from paces
),
shares as materialized (
  select streams.source, streams.key, streams.time, streams.id, span.since,
    least(${most}, ${HEAD} + ceil(${DENSER} * ${wanted} * coalesce(paces.pace / nullif(span.pace, 0), 0)))::int as most
  from paces join streams on streams.source = paces.source and streams.key is not distinct from paces.key cross join span
),
walked as materialized (
  select *, row_number() over (partition by source, key order by at desc, task_key desc) as place from (${all('shares')}) found
),
cut as (select at, task_key from walked where place = most order by at desc, task_key desc limit 1),`;
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
  const { sources, range, residual, repeats } = search;
  const most = `$${values.push(count + 1)}::int`;
  const since = `$${values.push(range[0])}::timestamptz`;
  const behind = { time: `$${values.push(range[1])}::timestamptz`, id: `''::bytea`, latest: null };
  const read = sources.map((source, at) => streamsOf(schema, source, at, behind, most, values));
  const isBehindPlace = isBehind(order, after, values);
  return {
    ctes: `${read.map(({ keys }) => keys).join(' ')}
streams as materialized (
  select streams.*, ${most} as most, ${since} as since from (${read.map(({ select }) => select).join(' union all ')}) streams
),`,
    places: `select task_key, null::timestamptz as at from (${read.map(({ rowsOf }) => rowsOf('streams')).join(' union all ')}) found limit ${most}`,
    repeats,
    condition: `${isBehindPlace} and ${residual === null ? 'true' : isIn(residual.column, residual.range, values)}`,
    more: `(select count(*) > $${values.push(count)}::int from candidates)`,
  };
}

/** SQL of the place to begin behind; `latest`: before which the other time of a task is to be, in the order by last update. */
interface Behind {
  readonly time: string;
  readonly id: string;
  readonly latest: string | null;
}

/** The rows of a source, each filter key a stream of them. */
interface Streams {
  /** Common table expression of the keys, with its comma. */
  readonly keys: string;
  /** A select of the streams, and of where each begins. */
  readonly select: string;
  /** A select of the newest rows of the streams of a table expression, of each `most`, and none before `since`. */
  readonly rowsOf: (from: string) => string;
}

function streamsOf(
  schema: string,
  { list, filter }: TaskSource,
  at: number,
  { time, id, latest }: Behind,
  most: string,
  values: unknown[],
): Streams {
  const chosen = chooseKeys(list, filter);
  const [index, own, ofStream] =
    chosen === null ? [null, '', ''] : [chosen.index, `${chosen.index.key}, `, 'streams.key, '];
  const order = `${own === '' ? '' : `${own.slice(0, -2)} desc, `}${list.time} desc, ${list.id} desc`;
  const rowsOf = (from: string): string => `select streams.source, streams.key, streams.most, found.task_key, found.at
    from ${from} streams cross join lateral (
      select * from (
        select ${list.id} as task_key, ${list.time} as at from ${schema}.${list.table}
        where (${own}${list.time}, ${list.id}) < (${ofStream}streams.time, streams.id)
          and (${own}${list.time}) >= (${ofStream}streams.since) ${also(index)}
        order by ${order} fetch first (select streams.most) rows only
      ) walked fetch first (${most}) rows only
    ) found where streams.source = ${at}`;
  if (chosen === null)
    return { keys: '', select: `select ${at} as source, null::text as key, ${time} as time, ${id} as id`, rowsOf };
  const keys = existingKeys(schema, list, chosen, values, `keys_${at}`);
  const bound = latest === null ? `'infinity'` : latestUpdate(`${keys.name}.key`, latest);
  return {
    keys: `${keys.cte},`,
    select: `select ${at} as source, ${keys.name}.key, least(${time}, ${bound}) as time,
      case when ${bound} < ${time} then '' else ${id} end as id from ${keys.name} where ${keys.matches}`,
    rowsOf,
  };
}
