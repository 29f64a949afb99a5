import { inSchema } from '../read-model';

/**
 * Each task by its key, whatever the planner thinks of joining: the plan is made once per connection, perhaps while the
 * tables are small, and has to suit them when they are large.
 */
export const LOAD_TASKS = inSchema((schema) => ({
  name: `${schema} load-tasks`,
  text: `
    SELECT k.place::int, found.*
    FROM string_to_table($1::text, ' ') WITH ORDINALITY k (task_key, place)
    CROSS JOIN LATERAL (
      SELECT t.version, t.parked, t.half_raw, t.first_received,
        t.status, t.outcome, t.error_code, t.confirmation, t.last_standing, s.fold_version, s.state
      FROM ${schema}.task t LEFT JOIN ${schema}.task_state s ON s.task_key = t.task_key
      WHERE t.task_key = k.task_key::bytea
      OFFSET 0
    ) found`,
}));
