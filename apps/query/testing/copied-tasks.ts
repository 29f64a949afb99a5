import type { Pool } from 'pg';
import { projectionSchema } from '@mps-ledger/read-model';

/**
 * Copies a planted task, in `task` and `task_updated`, so many times: `n1`, `n2`, …, each a second older than the one before. The keys are
 * digests, as those of all tasks are.
 */
export async function copyTask(pool: Pool, taskId: string, count: number): Promise<void> {
  const time = `timestamptz '2026-01-01T00:00:00Z' - make_interval(secs => n)`;
  const changed = `'task_key', '\\x' || encode(sha256(n::text::bytea), 'hex'), 'first_received', ${time}, 'updated', ${time}`;
  await pool.query(
    `INSERT INTO ${projectionSchema}.task SELECT (jsonb_populate_record(t, jsonb_build_object(
       ${changed}, 'task_id', 'n' || n, 'task_id_json', to_json('n' || n)::text))).*
     FROM ${projectionSchema}.task t, generate_series(1, $2) n WHERE t.task_id = $1`,
    [taskId, count],
  );
  await pool.query(
    `INSERT INTO ${projectionSchema}.task_updated SELECT (jsonb_populate_record(u, jsonb_build_object(${changed}))).*
     FROM ${projectionSchema}.task_updated u, generate_series(1, $2) n
     WHERE u.task_key = (SELECT task_key FROM ${projectionSchema}.task WHERE task_id = $1)`,
    [taskId, count],
  );
}
