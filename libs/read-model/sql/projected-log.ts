import { inSchema } from '../read-model';

/** Projection and checkpoints in one statement: there is no projection without the checkpoints of its partitions. */
export const ADOPT_LOG = inSchema(
  (schema) => `WITH projection AS (
    INSERT INTO ${schema}.projection (name, fold_version, log_id, log_generation, event_generation, partitions)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING RETURNING partitions
  )
  INSERT INTO ${schema}.checkpoint (topic, partition, position, raw_next, raw_top, seen_end)
  SELECT topic, partition, 0, 1, 1, 0
  FROM projection, json_array_elements_text($7::json) topic, generate_series(0, partitions - 1) partition
  ON CONFLICT (topic, partition) DO NOTHING`,
);

/** One row by its key, its columns under the names of a `LogIdentity`. */
export const READ_PROJECTED_LOG = inSchema(
  (schema) => `
  SELECT log_id AS "logId", log_generation AS "logGeneration", event_generation AS "eventGeneration", partitions
  FROM ${schema}.projection WHERE name = $1`,
);

/** Version of the fold that wrote the rows. */
export const READ_FOLD_VERSION = inSchema((schema) => `SELECT fold_version FROM ${schema}.projection WHERE name = $1`);
