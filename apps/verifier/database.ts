import { directDatabase, type Pooler } from '@mps-ledger/database';
import { EmbeddedPostgresError, findRunningPostgres, startEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { StartFailure, describeDatabase, type Logger } from '@mps-ledger/platform';
import type { VerifierConfig } from './verifier.config';

/** The ledger's database, opened to be looked at. */
export interface LedgerDatabase {
  /** As it is reached for a look of some length: past a pooler where there is a way. */
  readonly url: string;
  readonly pooler: Pooler;
  /** In words, for people; without credentials. */
  readonly where: string;
  /** Somebody may be at work in it: what is not applied yet may still be. */
  readonly isRunning: boolean;
  close(): Promise<void>;
}

const NOTHING_TO_CLOSE = (): Promise<void> => Promise.resolve();

/**
 * The database that DATABASE_URL names; else the embedded one of DATA_DIR: the running program's, or one that is started
 * for as long as it is looked at. Rejects with a StartFailure that says what would help.
 */
export async function openDatabase(config: VerifierConfig, logger: Logger): Promise<LedgerDatabase> {
  const { DATABASE_URL: given, DATABASE_DIRECT_URL: direct, DATA_DIR: dataDir } = config;
  if (given !== undefined) {
    const { url, pooler = 'none' } = directDatabase({ url: given, pooler: config.DATABASE_POOLER, directUrl: direct });
    return { url, pooler, where: describeDatabase(url), isRunning: true, close: NOTHING_TO_CLOSE };
  }
  try {
    return await openEmbedded(dataDir, logger);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw new StartFailure(error.code, error.message, { cause: error });
    throw error;
  }
}

async function openEmbedded(dataDir: string, logger: Logger): Promise<LedgerDatabase> {
  const running = await findRunningPostgres(dataDir, { logger });
  if (running !== null) {
    const where = `${running.dataDir} (of the running process ${running.heldBy}, port ${running.port})`;
    return { url: running.url, pooler: 'none', where, isRunning: true, close: NOTHING_TO_CLOSE };
  }
  const started = await startEmbeddedPostgres({ dataDir, logger, serves: 'verification' });
  const where = `${started.dataDir} (started to be verified, port ${started.port})`;
  return { url: started.url, pooler: 'none', where, isRunning: false, close: () => started.stop() };
}
