import type { ReadModel } from '../read-model';
import { READ_GAUGES } from '../sql/projection-gauges';

/** What metrics say of the projection as a whole. */
export interface ProjectionGauges {
  /** The next event offset to apply, by partition. */
  readonly positions: readonly number[];
  /** How long ago the rows of all topics were last known to be complete, by the database's clock; null while that is not known. */
  readonly lagSeconds: number | null;
  /** Tasks with parked records. */
  readonly parkedTasks: number;
}

export async function readProjectionGauges(model: ReadModel): Promise<ProjectionGauges> {
  const { rows } = await model.db.query<{
    positions: number[] | null;
    lag_seconds: number | null;
    parked_tasks: number;
  }>(READ_GAUGES(model));
  const [row] = rows;
  return {
    positions: row?.positions ?? [],
    lagSeconds: row === undefined || row.lag_seconds === null ? null : Math.max(0, row.lag_seconds),
    parkedTasks: row?.parked_tasks ?? 0,
  };
}
