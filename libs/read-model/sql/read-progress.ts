import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';
import { fresh } from './fresh';

/** Named, as planning it takes longer than running it; each task by its key, so that the plan suits tables of any size. */
export const READ_PROGRESS = inSchema((schema) => ({
  name: `${schema} read-progress`,
  text: `with ${fresh(schema)}
select fresh.*, (
  select string_agg(key, ' ')
  from string_to_table($1, ' ') key
  cross join lateral (
    select from ${schema}.task where task_key = decode(key, 'hex') and status = 'finished' and half_raw is null offset 0
  ) task
) as finished, (
  select string_agg(place, ' ')
  from string_to_table($2, ' ') place
  cross join lateral (
    select from ${schema}.notification
    where topic = '${TOPICS.raw}' and partition = split_part(place, ':', 1)::int
      and "offset" = split_part(place, ':', 2)::bigint offset 0
  ) notification
) as applied
from fresh`,
}));
