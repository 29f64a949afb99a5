import { directDatabase, type Database } from '@mps-ledger/database';
import { openEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { databaseNeeds, type EventLog, type LogIdentity, makeEventLog } from '@mps-ledger/event-log';
import { StartFailure, type Logger, type LedgerToolConfig } from '@mps-ledger/platform';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { findKnownLog } from './find-known-log';

/** The ledger that a tool works on; open until `close`. */
export interface OpenLedger {
  readonly log: EventLog;
  readonly identity: LogIdentity;
  readonly database: Database;
  readonly close: () => Promise<void>;
}

export interface OpenLedgerOptions {
  readonly config: LedgerToolConfig;
  readonly logger: Logger;
  /** What servers are told of who is connected: `mps-ledger import`. */
  readonly name: string;
  /** What the embedded Postgres is started for, if it does not run. */
  readonly serves: string;
  /** Begins the message where the log is not set up or another one: `Nothing can be imported`. */
  readonly failed: string;
}

/**
 * Opens the ledger of DATABASE_URL, or else of DATA_DIR, where the embedded Postgres may run already. The guard of the log
 * expects the log that the database knows. Rejects with a StartFailure where that log cannot be used.
 */
export async function openLedger({ config, logger, name, serves, failed }: OpenLedgerOptions): Promise<OpenLedger> {
  const database = await openDatabase(config, logger, serves);
  const { url, pooler = 'none' } = database;
  const settings = { ...config, DATABASE_POOLER: pooler };
  const log = makeEventLog({ layout: LEDGER_LAYOUT, settings, url, name, logger });
  const close = (): Promise<void> => log.close().finally(() => database.close());
  try {
    const identity = await findKnownLog({ log, database, needs: databaseNeeds(config) });
    if ('code' in identity) throw new StartFailure('no-known-log', `${failed}: ${identity.reason}.`);
    return { log, identity, database, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface OpenDatabase extends Database {
  close(): Promise<void>;
}

async function openDatabase(config: LedgerToolConfig, logger: Logger, serves: string): Promise<OpenDatabase> {
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir } = config;
  if (url === undefined) return openEmbeddedPostgres({ dataDir, logger, serves });
  return { ...directDatabase({ url, pooler, directUrl }), close: () => Promise.resolve() };
}
