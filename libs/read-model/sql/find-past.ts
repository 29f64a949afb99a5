import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';
import { fresh } from './fresh';
import { instantSql } from './instants';

const parkedOfTask = (schema: string): string => `${schema}.parked where task_key = $1 and topic = '${TOPICS.events}'`;

/** The last record by the time $3, of one table; in milliseconds, as times are shown. */
const lastBy = (ofTask: string): string => `(select partition, "offset" from ${ofTask}
  and $3::timestamptz is not null and date_trunc('milliseconds', logged) <= $3
  order by partition desc, "offset" desc limit 1)`;

/** Where version $2 was reached, by the first `notification.received` of a raw offset; or the last record by the time $3. */
const place = (schema: string): string => `place as (
  (select partition, min("offset") as "offset" from ${schema}.history
   where task_key = $1 and type = 'notification.received' and $2::bigint is not null
   group by partition, raw_offset order by 1, 2 offset greatest($2::bigint - 1, 0) limit 1)
  union all
  (select * from (${lastBy(`${schema}.history where task_key = $1`)} union all ${lastBy(parkedOfTask(schema))}) by_time
   order by partition desc, "offset" desc limit 1)
)`;

const UP_TO = '(r.partition, r."offset") <= (place.partition, place."offset")';

/** What the task's row was after that record: the same as the projector counts. Records are grouped first, by notification. */
const counted = (schema: string): string => `counted as (
  select sum(events) as events, sum(parked) as parked, count(*) filter (where received) as version,
    coalesce(bool_or(raw_offset is not null and not ended), false) as incomplete
  from (
    select raw_offset, count(*) filter (where not parked) as events, count(*) filter (where parked) as parked,
      bool_or(coalesce(type = 'notification.received', false)) as ended,
      bool_or(not parked and type = 'notification.received') as received
    from (
      select r.raw_offset, r.type, false as parked from place, ${schema}.history r where r.task_key = $1 and ${UP_TO}
      union all
      select r.raw_offset, r.type, true from place, ${schema}.parked r
      where r.task_key = $1 and r.topic = '${TOPICS.events}' and ${UP_TO}
    ) past
    group by raw_offset
  ) by_notification
)`;

/** That record itself. */
const last = (schema: string): string => `last as (
  select r.partition, r."offset", r.logged, r.event_id, r.causation_id from place join ${schema}.history r using (partition, "offset")
  union all
  select r.partition, r."offset", r.logged, r.event_id, r.causation_id from place join ${schema}.parked r using (partition, "offset")
  where r.topic = '${TOPICS.events}'
)`;

/**
 * The tag is made of the place and what leads there. Before a place nothing changes, but in a database that was set back: there
 * another notification has another id.
 */
export const FIND_PAST = inSchema((schema) => ({
  name: `${schema} find-past`,
  text: `with ${fresh(schema)}, ${place(schema)}, ${counted(schema)}, ${last(schema)}
select fresh.*, t.account, t.task_id_json, t.version as current_version, ${instantSql('t.first_received')} as first_received,
  (select ${instantSql('min(logged)')} from (
    (select logged from ${schema}.history where task_key = $1 order by partition, "offset" limit 1)
    union all
    (select logged from ${parkedOfTask(schema)} order by partition, "offset" limit 1)) first) as first_logged,
  past.*
from fresh left join ${schema}.task t on t.task_key = $1
left join lateral (
  select last.partition, last."offset", ${instantSql('last.logged')} as updated,
    counted.parked, counted.version, counted.incomplete,
    concat_ws('.', '${schema}', 'past', counted.version, counted.parked, counted.incomplete::int,
      left(encode(sha256(convert_to(concat_ws(' ', last.partition, last."offset", counted.events,
        (extract(epoch from last.logged) * 1000)::bigint, last.event_id, last.causation_id), 'UTF8')), 'hex'), 32)) as tag
  from last, counted
) past on true`,
}));
