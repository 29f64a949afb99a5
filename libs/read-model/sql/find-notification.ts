import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';
import { fresh, freshWithRejected } from './fresh';
import { instantSql } from './instants';

export const NOTIFICATION_COLUMNS = `topic, partition, "offset", notification_id, state, kind,
  account, task_id_json, reason, detail, digest, size, events, source, trust, ${instantSql('received')} as received`;

/**
 * Row and freshness are of one snapshot, so one statement reads both. A `notification.received` that is parked has no row of its own;
 * what can be said of it is looked for only then.
 */
export const FIND_NOTIFICATION = inSchema(
  (schema) => `with ${fresh(schema)},
derived as (
  select ${NOTIFICATION_COLUMNS} from ${schema}.notification
  where topic = '${TOPICS.raw}' and partition = $1 and "offset" = $2
),
parked as (
  select '${TOPICS.raw}', partition, raw_offset, causation_id, 'derived', 'unknown',
    null, null, 'parked: ' || reason, null, null, null::bigint, null::int, null, null, ${instantSql('received')}
  from ${schema}.parked
  where topic = '${TOPICS.events}' and partition = $1 and raw_offset = $2
    and type = 'notification.received' and not exists (select from derived)
  limit 1
)
select fresh.*, n.* from fresh left join lateral (select * from derived union all select * from parked) n on true`,
);

/**
 * The table is in order of the time received, and a UUIDv7 begins with the millisecond it was made in, moments before or
 * after: so a minute to both sides is searched, and no index of ids is needed.
 */
export const FIND_NOTIFICATION_BY_ID = inSchema(
  (schema) => `with ${freshWithRejected(schema)}
select fresh.*, n.* from fresh left join lateral (
  select ${NOTIFICATION_COLUMNS} from ${schema}.notification
  where notification_id = $1
    and received between to_timestamp($2::double precision / 1000) - interval '1 minute'
      and to_timestamp($2::double precision / 1000) + interval '1 minute'
  order by topic, partition, "offset" limit 1
) n on true`,
);
