import type { Bytes } from '../entities';
import type { ReadModel } from '../read-model';
import { NAME_TASK, TASK_FROM } from '../sql/random-task';

const LOWEST = '\\x';

/** The first task from a key on, beginning again at the lowest; null where there are none. With random keys: a random task. */
export async function taskFrom(model: ReadModel, key: Bytes): Promise<Bytes | null> {
  const find = async (from: Bytes): Promise<Bytes | undefined> =>
    (await model.db.query<{ task_key: Bytes }>(TASK_FROM(model), [from])).rows[0]?.task_key;
  return (await find(key)) ?? (await find(LOWEST)) ?? null;
}

/** Account and TaskId (sanitised) of a task; null where it has no row. */
export async function nameTask(
  model: ReadModel,
  key: Bytes,
): Promise<{ readonly account: string; readonly task_id: string } | null> {
  const { rows } = await model.db.query<{ account: string; task_id: string }>(NAME_TASK(model), [key]);
  return rows[0] ?? null;
}
