import { inSchema } from '../read-model';

/** Keys in one text, and a name: it runs once for each chunk of a file. */
export const SCAN_STATES = inSchema((schema) => ({
  name: `${schema} scan states by key`,
  text: `SELECT t.task_key::text, s.state, t.parked
         FROM string_to_table($1::text, ' ') k (key)
         JOIN ${schema}.task t ON t.task_key = k.key::bytea
         LEFT JOIN ${schema}.task_state s ON s.task_key = t.task_key`,
}));
