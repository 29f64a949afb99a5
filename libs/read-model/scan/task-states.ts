import type { ReadModel } from '../read-model';
import type { Bytes } from '../entities';
import { SCAN_STATES } from '../sql/scan-states';

/** What a task's row and state say, as far as they can be described by it. */
export interface DescribedState {
  readonly task_key: Bytes;
  /** Null of a task without history. */
  readonly state: string | null;
  readonly parked: number;
}

/** Tasks by their keys; those that are not there are left out. */
export async function readStates(
  model: ReadModel,
  keys: readonly Bytes[],
): Promise<ReadonlyMap<Bytes, DescribedState>> {
  const { rows } = await model.db.query<DescribedState>({ ...SCAN_STATES(model), values: [keys.join(' ')] });
  return new Map(rows.map((row) => [row.task_key, row]));
}
