import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { failpoint, StartFailure, describeDatabase, type Logger } from '@mps-ledger/platform';
import { refuseTakenPorts } from './ports';
import type { StandaloneConfig } from './standalone.config';

/** The database that holds the ledger's data. */
export interface StandaloneDatabase {
  readonly url: string;
  /** No other process can use it, so claims of a process that was killed can be released at once. */
  readonly exclusive: boolean;
  /** The data folder, if it is the embedded Postgres. */
  readonly dataDir?: string;
  /** Description for people, without credentials. */
  readonly where: string;
}

export interface OpenDatabaseOptions {
  readonly config: StandaloneConfig;
  readonly logger: Logger;
  readonly onClose: (name: string, close: () => Promise<void>, limitMs?: number, cut?: () => void) => void;
}

/** Limit of the fast shutdown, which takes about 30 ms. Then Postgres is killed, so that the program ends within ten seconds. */
const MAX_STOP_MS = 4_000;

/** Opens the database of DATABASE_URL, or starts the embedded Postgres, which is stopped last. */
export async function openDatabase({ config, logger, onClose }: OpenDatabaseOptions): Promise<StandaloneDatabase> {
  const { DATABASE_URL: given } = config;
  if (given !== undefined) {
    await refuseTakenPorts(config);
    return { url: given, exclusive: false, where: describeDatabase(given) };
  }
  const postgres = await startEmbedded(config, logger);
  onClose(
    'embedded Postgres',
    () => postgres.stop(MAX_STOP_MS),
    undefined,
    () => postgres.kill(),
  );
  return {
    url: postgres.url,
    exclusive: true,
    dataDir: postgres.dataDir,
    where: `${postgres.dataDir} (embedded Postgres ${postgres.version}, port ${postgres.port})`,
  };
}

async function startEmbedded(config: StandaloneConfig, logger: Logger): Promise<EmbeddedPostgres> {
  const { API_HOST, API_PORT, CALLBACK_HOST, CALLBACK_PORT, DATA_DIR } = config;
  const serves = `API on ${API_HOST}:${API_PORT}, callbacks on ${CALLBACK_HOST}:${CALLBACK_PORT}`;
  try {
    return await startEmbeddedPostgres({
      dataDir: DATA_DIR,
      logger,
      serves,
      onHeld: () => refuseTakenPorts(config),
      onCreation: (stage) => failpoint(`data-folder.${stage}`),
    });
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw new StartFailure(error.code, error.message, { cause: error });
    throw error;
  }
}
