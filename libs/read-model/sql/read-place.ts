import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';
import { fresh } from './fresh';

/**
 * The event ids just before a position, as `positionCheck` takes them; $1: its offsets, joined by `-`; null: those of the checkpoints. Each
 * partition costs one look into each of two primary keys.
 */
export const READ_PLACE = inSchema((schema) => ({
  name: `${schema} read-place`,
  text: `with ${fresh(schema)}
select fresh.*, (
  select json_agg(case when $1::text is null then place.last_event_id else kept.event_id end order by place.partition)
  from (
    select c.partition, c.last_event_id, given.v::bigint as "offset"
    from ${schema}.checkpoint c
    left join string_to_table($1::text, '-') with ordinality given (v, n) on given.n = c.partition + 1
    where c.topic = '${TOPICS.events}' and c.partition < fresh.partitions
  ) place
  left join lateral (
    select event_id from (
      (select "offset", event_id from ${schema}.history
       where partition = place.partition and "offset" < place."offset" order by "offset" desc limit 1)
      union all
      (select "offset", event_id from ${schema}.parked
       where topic = '${TOPICS.events}' and partition = place.partition and "offset" < place."offset"
       order by "offset" desc limit 1)
    ) last order by "offset" desc limit 1
  ) kept on true
) as ids
from fresh`,
}));
