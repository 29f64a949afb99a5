import { TOPICS } from '@mps-ledger/records';
import { inSchema, type ReadModel } from '../read-model';
import { fresh, freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';
import { historyItems } from './history-items';
import type { HistoryItem, RecordRow } from './history-items';
import { instantSql } from './instants';
import type { Page } from './list-tasks';

/** Place of a record in a task's life: `[partition, offset]`, in decimal. */
export type RecordPlace = readonly [partition: string, offset: string];

interface HistoryRow extends FreshRow {
  /** The task has a row. */
  readonly known: boolean;
  readonly items: readonly RecordRow[] | null;
  /** Records found from the place on, at most one more than the limit. */
  readonly found: number | null;
  readonly heard: readonly { readonly event_id: string; readonly causation_id: string }[] | null;
  readonly told:
    readonly { readonly subtask_key: string | null; readonly type: string; readonly by: readonly string[] }[] | null;
}

const ON_PAGE = '(partition, "offset") > ($2::int, $3::bigint)';
const BEFORE_PAGE = '(partition, "offset") <= ($2::int, $3::bigint)';
const IN_ORDER = 'order by partition, "offset"';

/** A page of a task's life: what was applied and what was parked, by place; one record more than the limit. */
const page = (schema: string): string => `page as (
  select *, row_number() over (${IN_ORDER}) as place, count(*) over () as found,
    sum(coalesce(octet_length(data), octet_length(value), octet_length(parked_value), 0)) over (${IN_ORDER}) as bytes
  from (
    (select partition, "offset", ${instantSql('logged')} as logged, event_id, type, subtask_key, causation_id,
      account, subject, ${instantSql('occurred')} as occurred, ${instantSql('received')} as received, trust, mapper,
      raw_offset, traceparent, data, value, null::bytea as parked_value, null as parked_reason
    from ${schema}.history where task_key = $1 and ${ON_PAGE} ${IN_ORDER} limit $4)
    union all
    (select partition, "offset", ${instantSql('logged')}, event_id, type, null, causation_id,
      null, null, null, null, null, null, null, null, null, null, value, reason
    from ${schema}.parked where task_key = $1 and topic = '${TOPICS.events}' and ${ON_PAGE} ${IN_ORDER} limit $4)
  ) merged
  ${IN_ORDER} limit $4
),
items as (
  select * from page where place <= $5 and (place = 1 or bytes <= $6)
)`;

/**
 * Annotations depend on all that came before, and a life may be long. So what came before a page is reduced to what can
 * matter to it, a few rows for each item:
 * - `heard`: of each event id on the page, the notifications that told it before: those that are on the page, and any one;
 * - `told`: of the task and each subtask on the page, by event type, two notifications that told it.
 */
const before = (schema: string): string => `before as (
  select event_id, causation_id, type, subtask_key, false as parked
  from ${schema}.history where task_key = $1 and ${BEFORE_PAGE}
  union all
  select event_id, causation_id, type, null, true
  from ${schema}.parked where task_key = $1 and topic = '${TOPICS.events}' and ${BEFORE_PAGE}
),
heard as (
  select event_id, min(causation_id) as causation_id from before
  where event_id in (select event_id from items) group by event_id
  union
  select event_id, causation_id from before
  where (event_id, causation_id) in (select event_id, causation_id from items)
),
told as (
  select subtask_key, type, array[min(causation_id), max(causation_id)] as by from before
  where not parked and (subtask_key is null or subtask_key in (select subtask_key from items))
  group by subtask_key, type
)`;

/** Named: to plan it takes longer than to run it, and one index leads to all of its rows. */
const READ = inSchema((schema) => ({
  name: `${schema} read-history`,
  text: `with ${fresh(schema)}, ${page(schema)}, ${before(schema)}
select fresh.*,
  exists (select from ${schema}.task where task_key = $1) as known,
  (select max(found)::int from page) as found,
  (select json_agg(json_build_object('partition', partition, 'offset', "offset", 'logged', logged,
    'event_id', event_id, 'type', type, 'subtask_key', subtask_key, 'causation_id', causation_id, 'account', account,
    'subject', subject, 'occurred', occurred, 'received', received, 'trust', trust, 'mapper', mapper,
    'raw_offset', raw_offset, 'traceparent', traceparent, 'data', data, 'value', value,
    'parked_value', translate(encode(parked_value, 'base64'), E'\\n', ''), 'parked_reason', parked_reason) order by place)
    from items) as items,
  (select json_agg(heard) from heard where causation_id is not null) as heard,
  (select json_agg(told) from told) as told
from fresh`,
}));

/**
 * Reads a page of one task's life in log order: every record of the event log that concerns it, parked ones among them,
 * annotated by all that came before; without redeliveries inside the log, so that a page may hold fewer items than asked
 * for, even none, and yet not be the last.
 * @param after the place that the page before ended at; null at the beginning
 * @returns `known` is false where nothing was heard of the task; `next` is the place to go on from, null at the end
 */
export async function readHistory(
  model: ReadModel,
  key: Buffer,
  after: RecordPlace | null,
  { limit, maxBytes }: Page,
): Promise<{
  readonly freshness: Freshness;
  readonly known: boolean;
  readonly items: readonly HistoryItem[];
  readonly next: RecordPlace | null;
}> {
  const [partition, offset] = after ?? ['-1', '-1'];
  const values = [key, partition, offset, limit + 1, limit, maxBytes];
  const { rows } = await model.db.query<HistoryRow>({ ...READ(model), values });
  const [row] = rows;
  const freshness = freshnessOf(model, row);
  const records = row?.items ?? [];
  const told = row?.told?.map(({ subtask_key, type, by }) => ({ subtaskKey: subtask_key, type, by })) ?? [];
  const heard = row?.heard?.map(({ event_id, causation_id }) => ({ id: event_id, by: causation_id })) ?? [];
  const last = records.at(-1);
  const more = last !== undefined && (row?.found ?? 0) > records.length;
  return {
    freshness,
    known: records.length > 0 || row?.known === true,
    items: historyItems(records, { heard, told }),
    next: more ? [String(last.partition), String(last.offset)] : null,
  };
}
