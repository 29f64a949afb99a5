import type { Pool } from 'pg';
import { withSchema } from '../sql';

/** Bodies that one statement removes. */
const AT_ONCE = 1_000;

const REMOVE = `WITH old AS (
    SELECT ctid, partition, "offset" FROM $schema.body WHERE logged < $1 LIMIT ${AT_ONCE}
  ), gone AS (
    DELETE FROM $schema.body b USING old WHERE b.ctid = old.ctid RETURNING b.partition, b."offset"
  ), noted AS (
    INSERT INTO $schema.removed AS r (partition, below)
    SELECT partition, max("offset") + 1 FROM gone GROUP BY partition
    ON CONFLICT (partition) DO UPDATE SET below = greatest(r.below, EXCLUDED.below)
  )
  SELECT count(*)::integer AS removed FROM gone`;

/** Removes the bodies that the log took before a time, a thousand at a time; answers how many. Stops where `signal` is aborted. */
export async function removeBodies(pool: Pool, schema: string, before: Date, signal?: AbortSignal): Promise<number> {
  for (let total = 0; ;) {
    if (signal?.aborted === true) return total;
    const { rows } = await pool.query<{ removed: number }>(withSchema(REMOVE, schema), [before]);
    const removed = rows[0]?.removed ?? 0;
    total += removed;
    if (removed < AT_ONCE) return total;
  }
}
