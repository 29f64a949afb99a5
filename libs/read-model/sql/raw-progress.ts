import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';

/** Raw offsets whose `notification.received` was applied, or parked: $1 partition; more conditions on `o`. */
const accounted = (schema: string, condition: string, limit = ''): string => `
  (SELECT "offset" AS o FROM ${schema}.notification
   WHERE topic = '${TOPICS.raw}' AND partition = $1 AND ${condition.replaceAll('?', '"offset"')} ${limit})
  UNION
  (SELECT raw_offset FROM ${schema}.parked
   WHERE topic = '${TOPICS.events}' AND partition = $1 AND type = 'notification.received'
     AND ${condition.replaceAll('?', 'raw_offset')} ${limit})`;

/** Offsets in one text: a statement of one shape, however many there are. */
export const ACCOUNTED_AMONG = inSchema((schema) =>
  accounted(schema, `? IN (SELECT v::bigint FROM string_to_table($2::text, ' ') v)`),
);

/** The same of notifications with a row. */
export const NOTED_AMONG = inSchema(
  (schema) => `SELECT "offset" AS o FROM ${schema}.notification
     WHERE topic = '${TOPICS.raw}' AND partition = $1
       AND "offset" IN (SELECT v::bigint FROM string_to_table($2::text, ' ') v)`,
);

/** Offsets that are passed in one go at most: what is more follows with the next batch, or round. */
const LONGEST_RUN = 10_000;

/** A gap is found by numbering: an offset that is not its number away from the first. */
export const END_OF_RUN = inSchema(
  (schema) => `SELECT max(o) + 1 AS next FROM (
       SELECT o, row_number() OVER (ORDER BY o) AS place
       FROM (${accounted(schema, '? >= $2::bigint', `ORDER BY 1 LIMIT ${LONGEST_RUN}`)}) found
     ) run WHERE o = $2::bigint + place - 1`,
);

export const LOCK_RAW_PROGRESS = inSchema(
  (schema) => `SELECT FROM ${schema}.checkpoint WHERE topic = '${TOPICS.events}' AND partition = $1 AND raw_next = $2
  FOR UPDATE`,
);

/** Partitions in one text: a statement of one shape, however many there are. */
export const READ_RAW_PROGRESS = inSchema(
  (schema) => `SELECT partition, position, raw_next, raw_top, underived_to FROM ${schema}.checkpoint
     WHERE topic = '${TOPICS.events}' AND partition IN (SELECT v::int FROM string_to_table($1::text, ' ') v)`,
);

/** After `LOCK_RAW_PROGRESS`, in its transaction. */
export const PASS_RAW = inSchema(
  (schema) => `UPDATE ${schema}.checkpoint SET raw_next = $2, underived_to = $3
     WHERE topic = '${TOPICS.events}' AND partition = $1`,
);

/** Compares and raises in one statement: nothing where the raw offset was accounted for meanwhile. */
export const MARK_UNDERIVED = inSchema(
  (schema) => `UPDATE ${schema}.checkpoint SET underived_to = greatest(underived_to, $3)
     WHERE topic = '${TOPICS.events}' AND partition = $1 AND raw_next = $2`,
);
