import { TOPICS } from '@mps-ledger/records';
import { inSchema } from '../read-model';

/** Aggregates of one moment, by the database's clock. */
export const READ_GAUGES = inSchema(
  (schema) => `
  SELECT json_agg(position ORDER BY partition) FILTER (WHERE topic = '${TOPICS.events}') AS positions,
    CASE WHEN count(*) = count(*) FILTER (WHERE complete_as_of <= clock_timestamp()) THEN extract(epoch FROM clock_timestamp() - min(complete_as_of)) END::float8
      AS lag_seconds,
    (SELECT count(DISTINCT task_key) FROM ${schema}.parked)::int AS parked_tasks
  FROM ${schema}.checkpoint`,
);
