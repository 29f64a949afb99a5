import { inSchema } from '../read-model';
import { fresh } from './fresh';
import { taskColumns } from './read-task';

/** The tasks of these TaskIds, of whichever account, as `READ_TASKS` has tasks by their keys. `$1`: JSON texts of TaskIds, as a JSON array. */
export const READ_TASKS_OF_ANY = inSchema((schema) => ({
  name: `${schema} read-tasks-of-any`,
  text: `with ${fresh(schema)}
select fresh.*, task.* from fresh left join lateral (
  select wanted.place::int, found.*
  from json_array_elements_text($1::json) with ordinality wanted (task_id, place)
  cross join lateral (
    ${taskColumns(schema)}
    where t.task_id_json = wanted.task_id
    offset 0
  ) found
) task on true`,
}));

/** The accounts that have a task of this TaskId: `$1`, its JSON text. Freshness only where there are several, for an answer that says so. */
export const FIND_ACCOUNTS = inSchema((schema) => ({
  name: `${schema} find-accounts`,
  text: `with ${fresh(schema)}
select found.accounts, fresh.* from (
  select json_agg(account order by account) as accounts, count(*) > 1 as several from ${schema}.task where task_id_json = $1
) found left join lateral (select * from fresh where found.several) fresh on true`,
}));
