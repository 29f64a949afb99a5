import { inSchema } from '../read-model';

/** The same columns whether locked or not. */
export const READ_CHECKPOINT = inSchema(
  (schema) => `SELECT position, last_offset, last_digest, raw_next, raw_top, underived_to
     FROM ${schema}.checkpoint WHERE topic = $1 AND partition = $2`,
);

/** Named: each batch begins with it. */
export const LOCK_CHECKPOINT = inSchema((schema) => ({
  name: `${schema} lock-checkpoint`,
  text: `${READ_CHECKPOINT({ schema })} FOR UPDATE`,
}));

/** Compares and moves in one statement: nothing where the checkpoint is elsewhere by now. */
export const PASS_OVER = inSchema(
  (schema) => `UPDATE ${schema}.checkpoint SET position = $4 WHERE topic = $1 AND partition = $2 AND position = $3`,
);

/** All rows, a few columns: ingest and setup compare them with the log. */
export const READ_KNOWN_ENDS = inSchema(
  (schema) => `SELECT topic, partition, position, raw_next, seen_end FROM ${schema}.checkpoint`,
);
