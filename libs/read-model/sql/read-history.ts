import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';
import { fresh } from './fresh';
import { instantInJson } from './instants';

const ON_PAGE = '(partition, "offset") > ($2::int, $3::bigint)';

const BEFORE_PAGE = '(partition, "offset") <= ($2::int, $3::bigint)';

const IN_ORDER = 'order by partition, "offset"';

/** The key of the task, where it is given. */
const GIVEN = '$1';

/** What was applied and what was parked of a task, where a condition says. */
const recordsOf = (schema: string, key: string, condition: string): string => `
    (select partition, "offset", logged, event_id, type, subtask_key, causation_id, account, subject, occurred, received, trust, mapper,
      raw_offset, traceparent, data, value, null::bytea as parked_value, null as parked_reason
    from ${schema}.history where task_key = ${key} and ${condition})
    union all
    (select partition, "offset", logged, event_id, type, null, causation_id,
      null, null, null, null, null, null, null, null, null, null, value, reason
    from ${schema}.parked where task_key = ${key} and topic = '${TOPICS.events}' and ${condition})`;

/** The members of a record, and the SQL of each. A record is an array of them, which takes half the time of an object. */
export const RECORD_MEMBERS = {
  partition: 'partition',
  offset: '"offset"',
  logged: instantInJson('logged'),
  event_id: 'event_id',
  type: 'type',
  subtask_key: 'subtask_key',
  causation_id: 'causation_id',
  account: 'account',
  subject: 'subject',
  occurred: instantInJson('occurred'),
  received: instantInJson('received'),
  trust: 'trust',
  mapper: 'mapper',
  raw_offset: 'raw_offset',
  traceparent: 'traceparent',
  data: 'data',
  value: 'value',
  parked_value: `case when parked_value is not null then translate(encode(parked_value, 'base64'), E'\\n', '') end`,
  parked_reason: 'parked_reason',
} as const;

const RECORDS = `json_agg(json_build_array(${Object.values(RECORD_MEMBERS).join()}) order by place)`;

/** A page of a task's life: what was applied and what was parked, by place; one record more than the limit. */
const page = (schema: string, key = GIVEN): string => `page as (
  select *, row_number() over (${IN_ORDER}) as place, count(*) over () as found,
    sum(coalesce(octet_length(data), octet_length(value), octet_length(parked_value), 0)) over (${IN_ORDER}) as bytes
  from (${recordsOf(schema, key, `${ON_PAGE} ${IN_ORDER} limit $4`)}
  ) merged
  ${IN_ORDER} limit $4
),
items as (
  select * from page where place <= $5 and (place = 1 or bytes <= $6)
)`;

/**
 * Annotations depend on all that came before, and a life may be long. So what came before a page is reduced to what can
 * matter to it, a few rows for each item:
 * - `earlier_events`: of each event id on the page, the notifications that reported it before: those that are on the page, and any one;
 * - `earlier_reports`: of the task and each subtask on the page, by event type, two notifications that reported it.
 */
const before = (schema: string): string => `before as (
  select event_id, causation_id, type, subtask_key, false as parked
  from ${schema}.history where task_key = $1 and ${BEFORE_PAGE}
  union all
  select event_id, causation_id, type, null, true
  from ${schema}.parked where task_key = $1 and topic = '${TOPICS.events}' and ${BEFORE_PAGE}
),
earlier_events as (
  select event_id, min(causation_id) as causation_id from before
  where event_id in (select event_id from items) group by event_id
  union
  select event_id, causation_id from before
  where (event_id, causation_id) in (select event_id, causation_id from items)
),
earlier_reports as (
  select subtask_key, type, array[min(causation_id), max(causation_id)] as by from before
  where not parked and (subtask_key is null or subtask_key in (select subtask_key from items))
  group by subtask_key, type
)`;

const BEFORE_COLUMNS = `(select json_agg(earlier_events) from earlier_events where causation_id is not null) as earlier_events,
  (select json_agg(earlier_reports) from earlier_reports) as earlier_reports`;

const isKnown = (schema: string): string => `exists (select from ${schema}.task where task_key = ${GIVEN})`;

const RECORDS_ON_PAGE = `
  (select max(found)::int from page) as found,
  (select ${RECORDS} from items) as items`;

/** The first page, before which there is nothing that annotations depend on: parameters as of `READ_HISTORY`. */
export const READ_FIRST_HISTORY = inSchema((schema) => ({
  name: `${schema} read-first-history`,
  text: `with ${fresh(schema)}, ${page(schema)}
select fresh.*, ${isKnown(schema)} as known, ${RECORDS_ON_PAGE}
from fresh`,
}));

/**
 * The first page of the only task of a TaskId, of whichever account: parameters as of `READ_HISTORY`, and $7, the JSON text of the TaskId, and
 * $8, the accounts that are visible (null: all). Where several have it, `accounts` names them, and no record is found; where none
 * has it, $1 is the key of the task whose records, all parked, are looked for.
 */
export const READ_FIRST_HISTORY_OF_ANY = inSchema((schema) => ({
  name: `${schema} read-first-history-of-any`,
  text: `with ${fresh(schema)}, owner as (
  select case count(*) when 0 then $1 when 1 then (array_agg(task_key))[1] end as task_key, json_agg(account order by account) as accounts
  from ${schema}.task where task_id_json = $7 and ($8::text[] is null or account = any($8::text[]))
), ${page(schema, '(select task_key from owner)')}
select fresh.*, owner.accounts, ${RECORDS_ON_PAGE}
from fresh cross join owner`,
}));

/** Named: to plan it takes longer than to run it, and one index leads to all of its rows. */
export const READ_HISTORY = inSchema((schema) => ({
  name: `${schema} read-history`,
  text: `with ${fresh(schema)}, ${page(schema)}, ${before(schema)}
select fresh.*, ${isKnown(schema)} as known, ${RECORDS_ON_PAGE},
  ${BEFORE_COLUMNS}
from fresh`,
}));

/** What annotations are made of, of the records on a page of $4 at most: $1 task, $2 and $3 place that it follows. */
export const SCAN_HISTORY = inSchema((schema) => ({
  name: `${schema} scan-history`,
  text: `with ${fresh(schema)}, items as (
  select * from (
    (select partition, "offset", event_id, type, subtask_key, causation_id, trust, null as parked_reason
    from ${schema}.history where task_key = $1 and ${ON_PAGE} ${IN_ORDER} limit $4)
    union all
    (select partition, "offset", event_id, type, null, causation_id, null, reason
    from ${schema}.parked where task_key = $1 and topic = '${TOPICS.events}' and ${ON_PAGE} ${IN_ORDER} limit $4)
  ) merged
  ${IN_ORDER} limit $4
), ${before(schema)}
select fresh.*, ${isKnown(schema)} as known,
  (select json_agg(json_build_object('partition', partition, 'offset', "offset", 'event_id', event_id, 'type', type,
    'subtask_key', subtask_key, 'causation_id', causation_id, 'trust', trust, 'parked_reason', parked_reason) ${IN_ORDER})
    from items) as items,
  ${BEFORE_COLUMNS}
from fresh`,
}));

/** Records of a task by their places: $1 task, $2 places (`partition:offset`, separated by spaces), $3 bytes at most, but for the first. */
export const READ_RECORDS = inSchema((schema) => ({
  name: `${schema} read-records`,
  text: `with page as (
  select record.*, place, sum(coalesce(octet_length(data), octet_length(value), octet_length(parked_value), 0)) over (order by place) as bytes
  from (
    select place, split_part(text, ':', 1)::int as partition, split_part(text, ':', 2)::bigint as "offset"
    from string_to_table($2::text, ' ') with ordinality given (text, place)
  ) wanted
  cross join lateral (
    select * from (${recordsOf(schema, GIVEN, 'partition = wanted.partition and "offset" = wanted."offset"')}) found offset 0
  ) record
), items as (
  select * from page where place = 1 or bytes <= $3
)
select ${RECORDS} as items from items`,
}));
