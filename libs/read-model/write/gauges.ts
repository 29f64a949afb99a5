import { TOPICS } from '@mps-ledger/records';
import { inSchema, type ReadModel } from '../read-model';

/** What metrics say of the projection as a whole. */
export interface ProjectionGauges {
  /** The next event offset to apply, by partition. */
  readonly positions: readonly number[];
  /** How long ago the rows of all topics were last known to be complete, by the database's clock; null while that is not known. */
  readonly lagSeconds: number | null;
  /** Tasks with parked records. */
  readonly parkedTasks: number;
}

const READ = inSchema(
  (schema) => `
  SELECT json_agg(position ORDER BY partition) FILTER (WHERE topic = '${TOPICS.events}') AS positions,
    CASE WHEN count(*) = count(*) FILTER (WHERE complete_as_of <= clock_timestamp()) THEN extract(epoch FROM clock_timestamp() - min(complete_as_of)) END::float8
      AS lag_seconds,
    (SELECT count(DISTINCT task_key) FROM ${schema}.parked)::int AS parked_tasks
  FROM ${schema}.checkpoint`,
);

export async function readProjectionGauges(model: ReadModel): Promise<ProjectionGauges> {
  const { rows } = await model.db.query<{
    positions: number[] | null;
    lag_seconds: number | null;
    parked_tasks: number;
  }>(READ(model));
  const [row] = rows;
  return {
    positions: row?.positions ?? [],
    lagSeconds: row === undefined || row.lag_seconds === null ? null : Math.max(0, row.lag_seconds),
    parkedTasks: row?.parked_tasks ?? 0,
  };
}
