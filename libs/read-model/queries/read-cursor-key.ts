import { projectionSchema } from '../schema';
import { ReadModelEmpty } from './freshness';
import type { Queryable } from './freshness';

/** The secret that cursors are sealed with: made once by the migration that made its table, the same for every process. */
export async function readCursorKey(db: Queryable): Promise<Buffer> {
  const { rows } = await db.query<{ key: Buffer }>(`select key from ${projectionSchema}.cursor_key`);
  const [row] = rows;
  if (row === undefined) throw new ReadModelEmpty();
  return row.key;
}
