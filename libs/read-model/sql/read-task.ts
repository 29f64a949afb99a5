import { inSchema } from '../read-model';
import { fresh } from './fresh';
import { instantSql } from './instants';

/** What is read of a task `t`, up to its condition. Of tasks at `wanted.place` whose tag is on that line of `$2`, no state is sent. */
export const taskColumns = (schema: string): string => `
    select t.account, t.task_id_json, t.status, t.parked, t.half_raw is not null as incomplete, t.version,
      ${instantSql('t.first_received')} as first_received, ${instantSql('t.updated')} as updated, tagged.tag,
      case when tagged.tag = any(string_to_array(split_part($2::text, E'\\n', wanted.place::int), ' ')) then null else s.state end as state
    from ${schema}.task t
    left join ${schema}.task_state s using (task_key)
    cross join lateral (
      select concat_ws('.', '${schema}', t.version, t.parked, (t.half_raw is not null)::int,
        (extract(epoch from t.updated) * 1000)::bigint, left(s.digest, 32)) as tag
    ) tagged`;

/**
 * Tasks by their keys, with one freshness for all of them. `$1`: keys, separated by spaces; `$2`: for each key a line of the tags that its
 * reader knows. A row for each task that there is, with the place of its key; one without a task where there is none at all.
 *
 * Named: to plan it takes four times as long as to run it. Each task is looked up by its key, whatever the planner thinks of joining.
 */
export const READ_TASKS = inSchema((schema) => ({
  name: `${schema} read-tasks`,
  text: `with ${fresh(schema)}
select fresh.*, task.* from fresh left join lateral (
  select wanted.place::int, found.*
  from string_to_table($1::text, ' ') with ordinality wanted (task_key, place)
  cross join lateral (${taskColumns(schema)}
    where t.task_key = wanted.task_key::bytea
    offset 0
  ) found
) task on true`,
}));
