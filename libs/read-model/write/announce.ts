import type { Pool } from 'pg';
import { PROJECTION, PROJECTION_CHANNEL } from '../schema';

/**
 * Notifies listeners that rows were committed. Never inside the transaction that writes them: a NOTIFY serialises the
 * commits of all that do.
 */
export async function announce(pool: Pool): Promise<void> {
  await pool.query('SELECT pg_notify($1, $2)', [PROJECTION_CHANNEL, PROJECTION]);
}
