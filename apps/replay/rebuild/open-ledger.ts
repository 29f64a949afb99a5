import type { Pool } from 'pg';
import { directDatabase, makePool, type Database } from '@mps-ledger/database';
import { openEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { makeEventLog, type EventLog } from '@mps-ledger/event-log';
import type { LedgerToolConfig, Logger } from '@mps-ledger/platform';
import { LEDGER_LAYOUT } from '@mps-ledger/records';

/** A ledger whose read model is built again. */
export interface LedgerToRebuild {
  readonly log: EventLog;
  /** Of its own: the programs' connections are theirs. */
  readonly pool: Pool;
  /** As its threads reach it; with the password, so not for logs. */
  readonly database: Database;
  readonly config: LedgerToolConfig;
  /** Folder of the database's data; null where it is elsewhere. */
  readonly dataDir: string | null;
  close(): Promise<void>;
}

/** Above what a pooler may let one wait. */
const CONNECT_MS = 30_000;
const STATEMENT_MS = 60_000;
const NAME = 'mps-ledger rebuild';

/** Opens the ledger of DATABASE_URL, past a pooler where there is a way, or else that of DATA_DIR: the running one, or one that is started until `close`. */
export async function openLedgerToRebuild(
  config: LedgerToolConfig,
  logger: Logger,
  connections: number,
): Promise<LedgerToRebuild> {
  const { DATABASE_URL: given, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir } = config;
  const embedded = given === undefined ? await openEmbeddedPostgres({ dataDir, logger, serves: 'a rebuild' }) : null;
  const database: Database =
    embedded === null ? directDatabase({ url: given ?? '', pooler, directUrl }) : { url: embedded.url, pooler: 'none' };
  const connected = connectToLedger({ config, database, connections, logger });
  return {
    ...{ ...connected, database, config, dataDir: embedded?.dataDir ?? null },
    async close() {
      await connected.close();
      await embedded?.close();
    },
  };
}

/** The log and the database, as the command and each of its threads connect to them. */
export function connectToLedger({
  config,
  database,
  connections,
  logger,
}: Pick<LedgerToRebuild, 'config' | 'database'> & { readonly connections: number; readonly logger: Logger }) {
  const settings = { ...config, DATABASE_POOLER: database.pooler ?? 'none' };
  const log = makeEventLog({
    ...{ settings, layout: LEDGER_LAYOUT, url: database.url, name: NAME, logger },
    statementTimeoutMs: STATEMENT_MS,
  });
  const pool = makePool({
    ...{ database, name: NAME, connections, connectMs: CONNECT_MS, answerMs: 0 },
    onIdleEnd: () => undefined,
  });
  return {
    ...{ log, pool },
    async close(): Promise<void> {
      await log.close();
      await pool.end();
    },
  };
}
