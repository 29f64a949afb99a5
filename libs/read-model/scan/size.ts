import type { Queryable } from '../read-model';
import { SIZE_OF_SCHEMA } from '../sql/size-of-schema';

/** What the tables of a schema take on the disk, with their indexes; 0 where there is none. */
export async function readSizeInBytes(db: Queryable, schema: string): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>(SIZE_OF_SCHEMA, [schema]);
  return Number(rows[0]?.bytes ?? 0);
}
