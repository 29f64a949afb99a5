import { inSchema, type ReadModel } from '../read-model';
import type { Bytes } from '../entities';

/** What a task's row and state say, as far as they can be described by it. */
export interface DescribedState {
  readonly task_key: Bytes;
  /** Null of a task without history. */
  readonly state: string | null;
  readonly parked: number;
}

const READ = inSchema((schema) => ({
  name: `${schema} scan states by key`,
  text: `SELECT t.task_key::text, s.state, t.parked
         FROM string_to_table($1::text, ' ') k (key)
         JOIN ${schema}.task t ON t.task_key = k.key::bytea
         LEFT JOIN ${schema}.task_state s ON s.task_key = t.task_key`,
}));

/** Tasks by their keys; those that are not there are left out. */
export async function readStates(
  model: ReadModel,
  keys: readonly Bytes[],
): Promise<ReadonlyMap<Bytes, DescribedState>> {
  const { rows } = await model.db.query<DescribedState>({ ...READ(model), values: [keys.join(' ')] });
  return new Map(rows.map((row) => [row.task_key, row]));
}
