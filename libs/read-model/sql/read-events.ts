import { inSchema } from '../read-model';
import { instantSql } from './instants';

/** A page of a task's events between two places, without `notification.received`, which changes no state. */
export const READ_EVENTS = inSchema((schema) => ({
  name: `${schema} read-events`,
  text: `select * from (
  select *, row_number() over in_order as number, sum(octet_length(coalesce(data, value))) over in_order as bytes
  from (
    select partition, "offset", event_id, type, ${instantSql('occurred')} as occurred,
      ${instantSql('received')} as received, trust, causation_id, mapper, raw_offset, data, value
    from ${schema}.history
    where task_key = $1 and (partition, "offset") > ($2::int, $3::bigint) and (partition, "offset") <= ($4::int, $5::bigint)
      and type <> 'notification.received'
    order by partition, "offset" limit $6
  ) page
  window in_order as (order by partition, "offset")
) counted where number = 1 or bytes <= $7 order by number`,
}));
