import { directDatabase, type Pooler } from '@mps-ledger/database';
import { openEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { describeDatabase, type Logger, type LedgerToolConfig } from '@mps-ledger/platform';

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

/**
 * The database that DATABASE_URL names; else the embedded one of DATA_DIR: the running program's, or one that is started
 * for as long as it is looked at. Rejects with an EmbeddedPostgresError that says what would help.
 */
export async function openDatabase(config: LedgerToolConfig, logger: Logger): Promise<LedgerDatabase> {
  const { DATABASE_URL: given, DATABASE_DIRECT_URL: direct, DATA_DIR: dataDir } = config;
  if (given !== undefined) {
    const { url, pooler = 'none' } = directDatabase({ url: given, pooler: config.DATABASE_POOLER, directUrl: direct });
    return { url, pooler, where: describeDatabase(url), isRunning: true, close: () => Promise.resolve() };
  }
  const { heldBy, port, ...opened } = await openEmbeddedPostgres({ dataDir, logger, serves: 'verification' });
  const how = heldBy === null ? 'started to be verified' : `of the running process ${heldBy}`;
  return { ...opened, pooler: 'none', where: `${opened.dataDir} (${how}, port ${port})`, isRunning: heldBy !== null };
}
