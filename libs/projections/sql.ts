/** SQL of what all optional projections have; `$schema` stands for the schema. */

/** `last_logged`: when the log took the last applied record. */
export const COMMON_TABLES = `
CREATE TABLE $schema.checkpoint (
  topic text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  position bigint NOT NULL,
  last_offset bigint,
  last_digest text COLLATE "C",
  last_logged timestamptz,
  CONSTRAINT checkpoint_pkey PRIMARY KEY (topic, partition)
);
CREATE TABLE $schema.parked (
  partition integer NOT NULL,
  "offset" bigint NOT NULL,
  reason text NOT NULL,
  CONSTRAINT parked_pkey PRIMARY KEY (partition, "offset")
);
CREATE TABLE $schema.log (log_id text COLLATE "C" NOT NULL)`;

export const FIRST_CHECKPOINTS = `INSERT INTO $schema.checkpoint (topic, partition, position)
  SELECT $1, p, 0 FROM generate_series(0, $2::integer - 1) p`;

export const READ_CHECKPOINT = `SELECT position, last_offset, last_digest FROM $schema.checkpoint
  WHERE topic = $1 AND partition = $2`;

/** Compares and moves in one statement: nothing where the checkpoint is elsewhere by now. */
export const SKIP = `UPDATE $schema.checkpoint SET position = $4 WHERE topic = $1 AND partition = $2 AND position = $3`;

/** $7, $8: offsets and reasons of records that are parked. */
export const ADVANCE = `WITH parked AS (
    INSERT INTO $schema.parked (partition, "offset", reason)
    SELECT $2::integer, p."offset", p.reason FROM unnest($7::bigint[], $8::text[]) AS p ("offset", reason)
  )
  UPDATE $schema.checkpoint
  SET position = $3, last_offset = $4, last_digest = $5, last_logged = coalesce($6::timestamptz, last_logged)
  WHERE topic = $1 AND partition = $2`;

/** SQL with the schema's name. */
export const withSchema = (sql: string, schema: string): string => sql.replaceAll('$schema', schema);
