import type { ClientBase, Pool } from 'pg';
import { inTransaction } from './transaction';

/** Any number that never changes: concurrent setups must use the same lock. */
const SETUP_LOCK = 7_308_612_019;
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Creates a schema where it is missing, and has its tables created: in one transaction under a lock, so that several setups may run at once.
 *
 * @param schema a plain identifier
 */
export async function setUpSchema(
  pool: Pool,
  schema: string,
  createTables: (client: ClientBase) => Promise<void>,
): Promise<void> {
  await inTransaction(
    pool,
    async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(${SETUP_LOCK})`);
      const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
      // CREATE SCHEMA needs a right on the database, which the schema's owner may lack.
      if (rows.length === 0) await client.query(`CREATE SCHEMA ${schema}`);
      await createTables(client);
      return ['commit', undefined];
    },
    { lockTimeoutMs: LOCK_TIMEOUT_MS },
  );
}
