import type { Pool } from 'pg';
import { directDatabase, makePool } from '@mps-ledger/database';
import { openEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import type { LedgerToolConfig, Logger } from '@mps-ledger/platform';

/** A database that does not answer for so long counts as unavailable. */
const ANSWER_MS = 30_000;

/** The database that holds the keys; open until `close`. */
export interface KeysDatabase {
  readonly pool: Pool;
  close(): Promise<void>;
}

/** Opens the database of DATABASE_URL, or else the embedded one of DATA_DIR: the running program's, or one started until `close`. */
export async function openKeysDatabase(config: LedgerToolConfig, logger: Logger): Promise<KeysDatabase> {
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir } = config;
  const embedded = url === undefined ? await openEmbeddedPostgres({ dataDir, logger, serves: 'keys' }) : null;
  const database = embedded ?? directDatabase({ url: url ?? '', pooler, directUrl });
  const pool = makePool({
    ...{ database, name: 'mps-ledger keys', connections: 1, connectMs: ANSWER_MS, answerMs: ANSWER_MS },
    onIdleEnd: () => undefined,
  });
  return { pool, close: () => pool.end().finally(() => embedded?.close()) };
}
