import type { Pool } from 'pg';
import { directDatabase, makePool } from '@mps-ledger/database';
import { openEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import type { LedgerToolConfig, Logger } from '@mps-ledger/platform';

const CONNECT_MS = 30_000;

/** The database that holds the builds, for statements that read whole tables; open until `close`. */
export interface ComparedDatabase {
  /** Two connections, one for each build; statements have no limit of time. */
  readonly pool: Pool;
  close(): Promise<void>;
}

/** Opens the database of DATABASE_URL, or else the embedded one of DATA_DIR: the running program's, or one started until `close`. */
export async function openDatabase(config: LedgerToolConfig, logger: Logger): Promise<ComparedDatabase> {
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir } = config;
  const embedded = url === undefined ? await openEmbeddedPostgres({ dataDir, logger, serves: 'compare' }) : null;
  const database = embedded ?? directDatabase({ url: url ?? '', pooler, directUrl });
  const pool = makePool({
    ...{ database, name: 'mps-ledger compare', connections: 2, connectMs: CONNECT_MS, answerMs: 0 },
    onIdleEnd: () => undefined,
  });
  return { pool, close: () => pool.end().finally(() => embedded?.close()) };
}
