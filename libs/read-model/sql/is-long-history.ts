import { inSchema } from '../read-model';

/** Whether a task has more applied events than $2; looks at no more than that. */
export const IS_LONG_HISTORY = inSchema((schema) => ({
  name: `${schema} is-long-history`,
  text: `select exists (select from ${schema}.history where task_key = $1
  order by partition, "offset" offset $2 limit 1) as long`,
}));
