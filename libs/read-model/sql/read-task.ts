import { inSchema } from '../read-model';
import { fresh } from './fresh';
import { instantSql } from './instants';

/** Named: to plan it takes four times as long as to run it. Statistics that change make Postgres plan it again. */
export const READ_TASK = inSchema((schema) => ({
  name: `${schema} read-task`,
  text: `with ${fresh(schema)}
select fresh.*, task.* from fresh left join lateral (
  select t.account, t.task_id_json, t.status, t.parked, t.half_raw is not null as incomplete, t.version,
    ${instantSql('t.first_received')} as first_received, ${instantSql('t.updated')} as updated, tagged.tag,
    case when tagged.tag = any(string_to_array($2, ' ')) then null else s.state end as state
  from ${schema}.task t
  left join ${schema}.task_state s using (task_key)
  cross join lateral (
    select concat_ws('.', '${schema}', t.version, t.parked, (t.half_raw is not null)::int,
      (extract(epoch from t.updated) * 1000)::bigint, left(s.digest, 32)) as tag
  ) tagged
  where t.task_key = $1
) task on true`,
}));
