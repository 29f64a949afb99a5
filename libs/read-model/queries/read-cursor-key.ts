import type { ReadModel } from '../read-model';
import { ReadModelEmpty } from './freshness';

/** The secret that cursors are sealed with: made once by the migration that made its table, the same for every process. */
export async function readCursorKey({ schema, db }: ReadModel): Promise<Buffer> {
  const { rows } = await db.query<{ key: Buffer }>(`select key from ${schema}.cursor_key`);
  const [row] = rows;
  if (row === undefined) throw new ReadModelEmpty(schema);
  return row.key;
}
