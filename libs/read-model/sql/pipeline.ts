import { KEY_SEPARATOR, NOTIFICATION_LIST } from '../filter-keys';
import { inSchema } from '../read-model';
import { PROJECTION } from '../schema';
import { instantSql } from './instants';

const BY_SOURCE = NOTIFICATION_LIST.indexes.find(({ columns }) => columns.join() === 'source,account');
if (BY_SOURCE === undefined) throw new Error('the list of notifications has no index by source and account');
const { key: KEY, where } = BY_SOURCE;

const part = (number: number): string => `split_part(keys.key, '${KEY_SEPARATOR}', ${number})`;

/**
 * When something came last, by source and account, newest first: $1 filter keys looked at at most, $2 accounts (null: all). A filter key is found by one look into the
 * index, downwards from the one before, and its newest row by another, so that the number of rows does not matter. The state is the first letter of the class. A row
 * without a source where there is none.
 */
export const READ_SOURCES = inSchema(
  (schema) => `with recursive keys (key, number) as (
  select (select ${KEY} from ${schema}.notification where ${where} order by ${KEY} desc limit 1), 1
  union all
  select (select ${KEY} from ${schema}.notification where ${where} and ${KEY} < keys.key order by ${KEY} desc limit 1), number + 1
  from keys where key is not null and number <= $1
), newest as (
  select ${part(1)} as source, ${part(2)} as account, left(${part(3)}, 1) = 'r' as is_rejected, last.received
  from keys cross join lateral (
    select received from ${schema}.notification
    where ${where} and (${KEY}, received) <= (keys.key, 'infinity'::timestamptz) and ${KEY} >= keys.key
    order by ${KEY} desc, received desc limit 1
  ) last
  where key is not null and number <= $1 and ($2::text[] is null or ${part(2)} = any ($2::text[]))
)
select cut.is_cut, source, account, ${instantSql('last_received')} as last_received, ${instantSql('last_rejected')} as last_rejected
from (select count(key) > $1 as is_cut from keys) cut left join (
  select source, account, max(received) as last_received, max(received) filter (where is_rejected) as last_rejected
  from newest group by source, account
) activity on true order by activity.last_received desc, source, account`,
);

/** Parked records by reason, the most frequent first: $1 records looked at at most, $2 reasons. */
export const READ_PARKED_REASONS = inSchema(
  (schema) => `with looked as (select reason, logged from ${schema}.parked limit $1)
select total.count::int as total, reasons.* from (select count(*) from looked) total left join lateral (
  select reason, count(*)::int as count, ${instantSql('min(logged)')} as first_logged, ${instantSql('max(logged)')} as last_logged
  from looked group by reason order by count(*) desc, reason limit $2
) reasons on true`,
);

export const READ_FOLD_VERSION = inSchema(
  (schema) => `select fold_version from ${schema}.projection where name = '${PROJECTION}'`,
);
