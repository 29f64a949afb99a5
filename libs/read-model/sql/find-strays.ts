import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';

const ELSEWHERE = '(partition < 0 OR partition >= $1';

/** Four tables in one answer with one limit: $1 partitions, $2 limit. */
export const FIND_STRAYS = inSchema(
  (schema) => `SELECT 'history' AS "table", '${TOPICS.events}' AS topic, partition, "offset"
       FROM ${schema}.history WHERE ${ELSEWHERE})
     UNION ALL SELECT 'notification', topic, partition, "offset"
       FROM ${schema}.notification WHERE ${ELSEWHERE} OR topic NOT IN ('${TOPICS.raw}', '${TOPICS.rejected}'))
     UNION ALL SELECT 'parked', topic, partition, "offset"
       FROM ${schema}.parked WHERE ${ELSEWHERE} OR topic NOT IN ('${TOPICS.events}', '${TOPICS.rejected}'))
     UNION ALL SELECT 'transition', '${TOPICS.events}', partition, "offset"
       FROM ${schema}.transition WHERE ${ELSEWHERE})
     LIMIT $2`,
);
