import { directDatabase, type Database } from '@mps-ledger/database';
import { openEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { describeDatabase, type Logger } from '@mps-ledger/platform';
import { NotChecked } from './check';
import type { Deployment } from './deployment';

/** The database of the deployment, opened to be looked at. */
export interface OpenedDatabase {
  /** As the programs reach it. */
  readonly database: Database;
  /** As it is reached past a pooler, where there is a way. */
  readonly direct: Database;
  /** In words, for people; without credentials. */
  readonly where: string;
  /** The data folder, if it is the embedded Postgres. */
  readonly dataDir: string | null;
  /** Null: a Postgres of the operator's own. False: the embedded one does not run, and was started to be looked at. */
  readonly isRunning: boolean | null;
  close(): Promise<void>;
}

/**
 * The database that DATABASE_URL names; else the embedded one of DATA_DIR: the running program's, or one that is started
 * for as long as it is looked at. Rejects with an EmbeddedPostgresError that says what would help.
 */
export async function openDatabase({ config, isGiven }: Deployment, logger: Logger): Promise<OpenedDatabase> {
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl, DATA_DIR: dataDir } = config;
  if (url !== undefined) {
    const database = { url, pooler, directUrl };
    const close = (): Promise<void> => Promise.resolve();
    return {
      ...{ database, direct: directDatabase(database), where: describeDatabase(url) },
      ...{ dataDir: null, isRunning: null, close },
    };
  }
  if (isGiven('DATABASE_URL') || dataDir === undefined)
    throw new NotChecked('where the database is cannot be read from the settings: see configuration');
  const opened = await openEmbeddedPostgres({ dataDir, logger, serves: 'the doctor' });
  const { heldBy, port } = opened;
  const how = heldBy === null ? 'not running, started to be checked' : `of the running process ${heldBy}`;
  return {
    ...{ database: { url: opened.url }, direct: { url: opened.url }, dataDir: opened.dataDir },
    ...{ isRunning: heldBy !== null, close: () => opened.close() },
    where: `${opened.dataDir} (${how}, port ${port})`,
  };
}
