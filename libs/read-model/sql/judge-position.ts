import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';
import { checkSql, fresh } from './fresh';

/** Each partition costs one look into each of two primary keys, whatever the size of the tables. */
export const JUDGE_POSITION = inSchema((schema) => ({
  name: `${schema} judge-position`,
  text: `with ${fresh(schema)}
select fresh.*, (
  select ${checkSql(`string_agg(coalesce(kept.event_id, '') || E'\\n', '' order by place.number)`)}
  from string_to_table($1, '-') with ordinality place ("offset", number)
  left join lateral (
    select event_id from (
      (select "offset", event_id from ${schema}.history
       where partition = place.number - 1 and "offset" < place."offset"::bigint order by "offset" desc limit 1)
      union all
      (select "offset", event_id from ${schema}.parked
       where topic = '${TOPICS.events}' and partition = place.number - 1 and "offset" < place."offset"::bigint
       order by "offset" desc limit 1)
    ) last order by "offset" desc limit 1
  ) kept on true
) as check_before
from fresh`,
}));
