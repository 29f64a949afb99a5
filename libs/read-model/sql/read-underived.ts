import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';

/** Ranges answered at most; the caller asks again for the rest. */
const MOST_RANGES = 10_000;

/** Gaps between the offsets that rows account for: window functions over two tables. */
export const READ_UNDERIVED = inSchema(
  (schema) => `
  SELECT c.partition, gap.start, gap.stop
  FROM ${schema}.checkpoint c CROSS JOIN LATERAL (
    SELECT lag(o, 1, c.raw_next - 1) OVER (ORDER BY o) + 1 AS start, o AS stop
    FROM (
      SELECT "offset" AS o FROM ${schema}.notification n
      WHERE n.topic = '${TOPICS.raw}' AND n.partition = c.partition
        AND n."offset" >= c.raw_next AND n."offset" < c.underived_to
      UNION
      SELECT raw_offset FROM ${schema}.parked p
      WHERE p.topic = '${TOPICS.events}' AND p.partition = c.partition
        AND p.type = 'notification.received' AND p.raw_offset >= c.raw_next AND p.raw_offset < c.underived_to
      UNION
      SELECT c.underived_to
    ) accounted
  ) gap
  WHERE c.topic = '${TOPICS.events}' AND c.underived_to > c.raw_next AND gap.start < gap.stop
  ORDER BY c.partition, gap.start LIMIT ${MOST_RANGES}`,
);

/** Compares two columns, of the checkpoints alone: the projector asks at each probe and scrape. */
export const READ_UNDERIVED_ALARMS = inSchema(
  (schema) => `SELECT partition, raw_next AS start, underived_to AS stop, raw_top > raw_next AS passed
     FROM ${schema}.checkpoint WHERE topic = '${TOPICS.events}' AND underived_to > raw_next ORDER BY partition`,
);
