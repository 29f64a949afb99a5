import type { Pool } from 'pg';
import { withSchema } from '../sql';
import { unpack } from './pack';

/** What is known of the bytes of a raw record. */
export type FoundBody =
  | { readonly state: 'kept'; readonly bytes: Buffer; readonly contentType: string | null }
  /** The log held no bytes there when it was read: they were erased. */
  | { readonly state: 'erased' }
  /** Removed by the retention of this projection. */
  | { readonly state: 'removed' }
  /** The projection has not come that far: `position` is the next raw offset that it reads. */
  | { readonly state: 'behind'; readonly position: number }
  /** Its record could not be applied. */
  | { readonly state: 'parked'; readonly reason: string }
  /** It has read beyond that offset, and there was no record. */
  | { readonly state: 'none' };

interface Row {
  readonly position: string;
  readonly below: string | null;
  readonly reason: string | null;
  readonly found: boolean;
  readonly content_type: string | null;
  readonly is_gzip: boolean | null;
  readonly bytes: Buffer | null;
}

/** One statement, so that the answer is of one snapshot. */
const READ = `SELECT c.position, r.below, p.reason, b.partition IS NOT NULL AS found, b.content_type, b.is_gzip, b.bytes
  FROM $schema.checkpoint c
  LEFT JOIN $schema.removed r ON r.partition = c.partition
  LEFT JOIN $schema.parked p ON p.partition = c.partition AND p."offset" = $2
  LEFT JOIN $schema.body b ON b.partition = c.partition AND b."offset" = $2
  WHERE c.partition = $1`;

/** Finds the bytes of the raw record at a place. Rejects where the tables or the partition do not exist. */
export async function readBody(
  db: Pick<Pool, 'query'>,
  schema: string,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<FoundBody> {
  const { rows } = await db.query<Row>(withSchema(READ, schema), [partition, offset]);
  const [row] = rows;
  if (row === undefined) throw new Error(`no checkpoint of partition ${partition} in ${schema}`);
  if (row.found) {
    if (row.bytes === null) return { state: 'erased' };
    const bytes = await unpack({ isGzip: row.is_gzip === true, bytes: row.bytes });
    return { state: 'kept', bytes, contentType: row.content_type };
  }
  if (row.reason !== null) return { state: 'parked', reason: row.reason };
  if (row.below !== null && offset < Number(row.below)) return { state: 'removed' };
  return offset < Number(row.position) ? { state: 'none' } : { state: 'behind', position: Number(row.position) };
}
