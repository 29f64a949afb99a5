import type { Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';

/** Any number that never changes: concurrent setups must use the same lock. */
const SETUP_LOCK = 7_308_612_019;
const LOCK_TIMEOUT_MS = 60_000;

/*
 * Keys of the API that are not in the settings. The schema is not that of a read model: keys outlive every rebuild of one.
 *
 * digest     SHA-256 of the key, which is kept nowhere.
 * prefix     The first characters of the key, to tell keys apart.
 * scopes     What it is for: read, subscribe, operate.
 * accounts   What it may see; null: all accounts.
 * last_used  Up to a minute old.
 * reason     Why it was revoked.
 * per_second Requests per second and process; null: as the settings say.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS ledger.api_key (
  digest    bytea NOT NULL PRIMARY KEY,
  name      text COLLATE "C" NOT NULL,
  prefix    text COLLATE "C" NOT NULL,
  scopes    text[] NOT NULL,
  accounts  text[],
  created   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  expires   timestamptz(3),
  last_used timestamptz(3),
  revoked   timestamptz(3),
  reason    text,
  CHECK (revoked IS NULL OR reason IS NOT NULL)
);

ALTER TABLE ledger.api_key ADD COLUMN IF NOT EXISTS per_second integer;

CREATE UNIQUE INDEX IF NOT EXISTS api_key_by_name ON ledger.api_key (name) WHERE revoked IS NULL;
`;

/** Creates the table of keys where it is missing. Idempotent, and safe to run concurrently. */
export async function setUpKeys(pool: Pool): Promise<void> {
  await inTransaction(
    pool,
    async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(${SETUP_LOCK})`);
      const { rows } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'ledger'");
      // CREATE SCHEMA needs a right on the database, which the schema's owner may lack.
      if (rows.length === 0) await client.query('CREATE SCHEMA ledger');
      const found = await client.query<{ there: boolean }>(
        "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('ledger.api_key') AND attname = 'per_second') AS there",
      );
      if (found.rows[0]?.there !== true) await client.query(TABLES);
      return ['commit', undefined];
    },
    { lockTimeoutMs: LOCK_TIMEOUT_MS },
  );
}

/** Rights that accepting keys takes, for `examineDatabase`. Without UPDATE, `last_used` is not kept. */
export const KEY_RIGHTS = [['ledger.api_key', 'SELECT']] as const;
