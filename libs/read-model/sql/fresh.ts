import { TOPICS } from '@mps-ledger/records';
import { PROJECTION } from '../schema';

/** The SQL of `positionCheck`, of ids that are put together already. */
export const checkSql = (ids: string): string => `left(encode(sha256(convert_to(${ids}, 'UTF8')), 'hex'), 8)`;

/** `topics`: what an answer is made of, the event topic among them. The rows are as old as the oldest of them. */
const freshOver =
  (...topics: readonly string[]) =>
  (schema: string): string => `fresh as (
  select p.log_id, p.log_generation, p.event_generation, p.partitions, c.checkpoints, c."check", c.lag_ms
  from ${schema}.projection p, lateral (
    select string_agg(partition || ':' || position || ':' || raw_next || ':' || raw_top, ' ') filter (where topic = '${TOPICS.events}')
        as checkpoints,
      ${checkSql(`string_agg(coalesce(last_event_id, '') || E'\\n', '' order by partition) filter (where topic = '${TOPICS.events}')`)} as "check",
      case when count(*) filter (where complete_as_of <= clock_timestamp()) = p.partitions * ${topics.length}
        then greatest(0, floor(extract(epoch from statement_timestamp() - min(complete_as_of)) * 1000))::bigint end as lag_ms
    from ${schema}.checkpoint
    where topic in (${topics.map((topic) => `'${topic}'`).join(', ')})
      and partition < p.partitions
  ) c
  where p.name = '${PROJECTION}'
)`;

/**
 * A CTE of one row, or none where no projector has run: `with ${fresh(schema)} select … from fresh left join … on true`. It is
 * small (some 20 bytes per partition), as it comes with each row of a list.
 */
export const fresh = freshOver(TOPICS.events);

/** The same for what is made of rejected notifications too. */
export const freshWithRejected = freshOver(TOPICS.events, TOPICS.rejected);
