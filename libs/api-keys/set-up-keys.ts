import type { Pool } from 'pg';
import { setUpSchema } from '@mps-ledger/database';

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
export function setUpKeys(pool: Pool): Promise<void> {
  return setUpSchema(pool, 'ledger', async (client) => {
    const found = await client.query<{ there: boolean }>(
      "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('ledger.api_key') AND attname = 'per_second') AS there",
    );
    if (found.rows[0]?.there !== true) await client.query(TABLES);
  });
}

/** Rights that accepting keys takes, for `examineDatabase`. Without UPDATE, `last_used` is not kept. */
export const KEY_RIGHTS = [['ledger.api_key', 'SELECT']] as const;
