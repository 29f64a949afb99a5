import { TASK_LIST } from '../filter-keys';
import { inSchema } from '../read-model';
import { fresh } from './fresh';
import { taskColumns } from './read-task';

const BY_ACCOUNT = TASK_LIST.indexes.find(({ columns }) => columns.join() === 'account');
if (BY_ACCOUNT === undefined) throw new Error('the list of tasks has no index by account');
const { key: KEY } = BY_ACCOUNT;

/**
 * All accounts that have a task: each is found by one look into the index, downwards from the one before, as the first value of its filter key,
 * below which the keys of that account begin.
 */
const accounts = (schema: string): string => `accounts (account) as (
  select (select account from ${schema}.task order by ${KEY} desc limit 1)
  union all
  select (select account from ${schema}.task where ${KEY} < accounts.account || E'\\x1f' order by ${KEY} desc limit 1)
  from accounts where account is not null
)`;

/** SQL of `taskKey`: of an account, which has no characters that JSON escapes, and the JSON text of a TaskId. */
const keyOf = (taskId: string): string =>
  `sha256(convert_to('["' || accounts.account || '",' || ${taskId} || ']', 'UTF8'))`;

/** The tasks of these TaskIds, of whichever account, as `READ_TASKS` has tasks by their keys. `$1`: JSON texts of TaskIds, as a JSON array. */
export const READ_TASKS_OF_ANY = inSchema((schema) => ({
  name: `${schema} read-tasks-of-any`,
  text: `with recursive ${accounts(schema)}, ${fresh(schema)}
select fresh.*, task.* from fresh left join lateral (
  select wanted.place::int, found.*
  from json_array_elements_text($1::json) with ordinality wanted (task_id, place)
  cross join accounts
  cross join lateral (
    ${taskColumns(schema)}
    where t.task_key = ${keyOf('wanted.task_id')}
    offset 0
  ) found
) task on true`,
}));

/** The accounts that have a task of this TaskId: `$1`, its JSON text. */
export const FIND_ACCOUNTS = inSchema((schema) => ({
  name: `${schema} find-accounts`,
  text: `with recursive ${accounts(schema)}, ${fresh(schema)}
select fresh.*, (
  select json_agg(account order by account) from accounts
  cross join lateral (select from ${schema}.task t where t.task_key = ${keyOf('$1::text')} offset 0) task
) as accounts
from fresh`,
}));
