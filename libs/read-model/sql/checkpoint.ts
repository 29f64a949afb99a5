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
