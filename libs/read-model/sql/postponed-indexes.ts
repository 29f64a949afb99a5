import { inSchema } from '../read-model';

/** Whether the schema has no row that was made of the log. */
export const IS_UNFILLED = inSchema(
  (schema) => `SELECT count(*) > 0 AND bool_and(position = 0) AS is_unfilled FROM ${schema}.checkpoint`,
);

/** All indexes but those of keys, which rows are found and told apart by. */
export const POSTPONE_INDEXES = inSchema(
  (schema) => `INSERT INTO ${schema}.postponed_index (name, definition)
    SELECT i.relname, pg_get_indexdef(i.oid)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE i.relnamespace = '${schema}'::regnamespace AND NOT x.indisunique
    RETURNING name`,
);

export const READ_POSTPONED = inSchema(
  (schema) => `SELECT name, definition FROM ${schema}.postponed_index ORDER BY name`,
);

/** $1 its name. Locks it: a second rebuild waits, and then finds nothing to do. */
export const TAKE_POSTPONED = inSchema((schema) => `DELETE FROM ${schema}.postponed_index WHERE name = $1`);
