import type { Client } from 'pg';
import { timed } from './bulk';
import type { Stage } from './contract';
import { onDatabase } from './stage';

const TABLES = ['failure', 'error_group', 'error_count', 'usage'].map((table) => `tasks_v1.${table}`);

/**
 * Of each planted task that failed its own end, in a group for each kind and code; and of each that failed in part a subtask, in 300 groups
 * of which a few have most.
 */
const FAILED = `CREATE TEMP TABLE failed AS
  SELECT f.*, substr(sha256(convert_to(concat_ws('|', kind, subtask_kind, definition, error_code, message), 'UTF8')), 1, 16) AS group_key
  FROM (
    SELECT task_key, account, partition, updated AS ended, kind, '' AS subtask_kind, '' AS definition, error_code, '' AS message
    FROM tasks_v1.task WHERE task_id LIKE 'planted-%' AND outcome = 'failed'
    UNION ALL
    SELECT task_key, account, partition, updated, 'workflow', 'Transcode', (of % 40)::text, (30000 + of % 17)::text, 'the input <n> is no video of type ' || of
    FROM (SELECT *, floor(power(substr(task_id, 9)::bigint * 7919 % 10007 / 10007.0, 2.5) * 300)::int AS of FROM tasks_v1.task
      WHERE task_id LIKE 'planted-%' AND outcome = 'partially-failed') t
  ) f`;

const counts = (
  hours: number,
  unit: string,
): string => `INSERT INTO tasks_v1.error_count (hours, start, group_key, account, partition, count)
  SELECT ${hours}, date_trunc('${unit}', ended, 'UTC') AS start, group_key, account, partition, count(*) FROM failed GROUP BY 2, 3, 4, 5 ORDER BY 2`;

/** Four subtasks of each planted task that ended, of one of ten templates. */
const usage = (subtask: string, definition: string, sums: string): string => `INSERT INTO tasks_v1.usage
    (day, account, kind, subtask_kind, definition, partition, tasks, failed_tasks, subtasks, failed_subtasks, output_milliseconds, output_bytes)
  SELECT date_trunc('day', updated, 'UTC'), account, kind, '${subtask}', ${definition} AS definition, partition, ${sums}
  FROM tasks_v1.task WHERE task_id LIKE 'planted-%' AND outcome IS NOT NULL GROUP BY 1, 2, 3, 5, 6 ORDER BY 1`;

const ROWS: readonly string[] = [
  FAILED,
  `INSERT INTO tasks_v1.failure (task_key, group_key, hour, account, first_ended, last_ended, count)
    SELECT task_key, group_key, date_trunc('hour', ended, 'UTC'), account, ended, ended, 1 FROM failed`,
  `INSERT INTO tasks_v1.error_group (group_key, account, partition, kind, subtask_kind, definition, error_code, error_class, message, count)
    SELECT group_key, account, partition, kind, subtask_kind, definition, error_code, 'unknown', message, count(*) FROM failed GROUP BY 1, 2, 3, 4, 5, 6, 7, 9`,
  counts(1, 'hour'),
  counts(24, 'day'),
  usage('', `''`, `count(*), count(*) FILTER (WHERE outcome = 'failed'), 0, 0, 0, 0`),
  usage(
    'Transcode',
    `(substr(task_id, 9)::bigint % 10)::text`,
    `0, 0, 4 * count(*), count(*) FILTER (WHERE outcome = 'partially-failed'), 60000 * count(*), 10000000 * count(*)`,
  ),
  'DROP TABLE failed',
];

/** Fills the tables of reports for the planted tasks, also of data that was kept without them. */
export async function fillReports(stage: Stage, url: string): Promise<void> {
  await onDatabase(url, async (client) => {
    if (await isFilled(client)) return;
    await client.query(`SET synchronous_commit = off; SET work_mem = '256MB'; TRUNCATE ${TABLES.join(', ')}`);
    await timed(stage, 'rows of reports', async () => {
      for (const statement of ROWS) await client.query(statement);
    });
    await client.query(`VACUUM ANALYZE ${TABLES.join(', ')}`);
  });
}

async function isFilled(client: Client): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT 1 FROM tasks_v1.error_group WHERE message LIKE 'the input <n> is no video of type %' LIMIT 1`,
  );
  return rows.length > 0;
}
