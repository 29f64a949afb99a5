import type { ReadModel } from '../read-model';
import { READ_CURSOR_KEY } from '../sql/read-cursor-key';
import { ReadModelEmpty } from './freshness';

/** The secret that cursors are sealed with: made once by the migration that made its table, the same for every process. */
export async function readCursorKey(model: ReadModel): Promise<Buffer> {
  const { rows } = await model.db.query<{ key: Buffer }>(READ_CURSOR_KEY(model));
  const [row] = rows;
  if (row === undefined) throw new ReadModelEmpty(model.schema);
  return row.key;
}
