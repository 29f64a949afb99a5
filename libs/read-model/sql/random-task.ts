import { inSchema } from '../read-model';

/** A task by where its key would be: the first one from `$1` on. Keys are digests, so that each task is as likely as any other, nearly. */
export const TASK_FROM = inSchema(
  (schema) => `SELECT task_key::text FROM ${schema}.task WHERE task_key >= $1::bytea ORDER BY task_key LIMIT 1`,
);

/** Whose a task is. */
export const NAME_TASK = inSchema((schema) => `SELECT account, task_id FROM ${schema}.task WHERE task_key = $1::bytea`);
