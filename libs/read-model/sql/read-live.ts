import { fresh } from './fresh';

/** Which items of a task a page of the list may have. */
export interface LiveSelection {
  /** Of this kind only: parameter 9. */
  readonly byKind: boolean;
  /** Only steady ones, only unsteady ones, or both. */
  readonly steady: boolean | null;
  readonly withSuperseded: boolean;
  /** Count all items of the task by kind. */
  readonly counted: boolean;
}

/** Rows that a page looks at: filters may match few of them, and a page ends there. */
const VISITED_ROWS = 5_000;
/** Kinds that are counted: the vendor has some thirty. */
const COUNTED_KINDS = 100;
/** A task of more items is not counted. */
const COUNTED_ITEMS = 500_000;

/** Whether an unsteady item is superseded, by the index of series: a higher item of its series has the same start. */
const superseded = (schema: string): string => `(not i.steady and exists (
      select from ${schema}.live_item o
      where o.task_key = i.task_key and o.series = i.series and o.start_offset = i.start_offset
        and (o.steady, o.end_offset, o.key_digest) > (i.steady, i.end_offset, i.key_digest)))`;

/**
 * Items by kind, and how many of them are superseded. Of the items of one series and start, either the steady ones are current or, where
 * there is none, one unsteady item.
 */
const counts = (schema: string): string => `(
  select case when coalesce(sum(items), 0) <= ${COUNTED_ITEMS} then coalesce(
    json_agg(json_build_object('kind', kind, 'items', items, 'superseded', superseded) order by kind)
      filter (where place <= ${COUNTED_KINDS}), '[]'::json) end
  from (
    select kind, sum(items)::bigint as items, sum(superseded)::bigint as superseded, row_number() over (order by kind) as place
    from (
      select kind, count(*) as items, count(*) - greatest(1, count(*) filter (where steady)) as superseded
      from (select kind, series, start_offset, steady from ${schema}.live_item where task_key = $1 limit ${COUNTED_ITEMS + 1}) i
      group by kind, series, start_offset
    ) series group by kind
  ) kinds)`;

const IN_ORDER = 'order by start_offset, kind, key_digest';

/** The items that a page looks at. */
const visited = (schema: string): string => `from ${schema}.live_item
      where task_key = $1 and (start_offset, kind, key_digest) > ($2::double precision, $3::text, $4::bytea)
        and start_offset >= $5::double precision and start_offset < $6::double precision
      ${IN_ORDER}`;

function matches(schema: string, { byKind, steady, withSuperseded }: LiveSelection): string {
  const conditions = [
    ...(byKind ? ['kind = $9::text'] : []),
    ...(steady === null ? [] : [steady ? 'steady' : 'not steady']),
    ...(withSuperseded ? [] : [`not ${superseded(schema)}`]),
  ];
  return conditions.join(' and ') || 'true';
}

/**
 * A page of the items of a task, by start, in one statement with how fresh it is. One item more than the limit is looked for. Where
 * fewer are found, `stopped` is the last place that was looked at, if it was not the end.
 */
export function readLiveSql(schema: string, selection: LiveSelection): string {
  return `with ${fresh(schema)},
found as (
  select i.*, ${superseded(schema)} as superseded
  from (select * ${visited(schema)} limit ${VISITED_ROWS}) i
  where ${matches(schema, selection)} ${IN_ORDER} limit $7::int + 1
)
select fresh.*, page.*, exists (select from ${schema}.task where task_key = $1) as known,
  ${selection.counted ? counts(schema) : 'null::json'} as counts,
  case when (select count(*) from found) <= $7::int then (
    select json_build_array(start_offset::text, kind, encode(key_digest, 'hex'))
    from (select * ${visited(schema)} offset ${VISITED_ROWS - 1} limit 1) last
  ) end as stopped
from fresh left join lateral (
  select * from (
    select start_offset, kind, encode(key_digest, 'hex') as key, steady, item, superseded,
      count(*) over () as found, row_number() over (${IN_ORDER}) as place,
      sum(octet_length(item)) over (${IN_ORDER}) as bytes
    from found
  ) sized
  where place <= $7::int and (place = 1 or bytes <= $8::bigint)
) page on true
order by page.place`;
}
