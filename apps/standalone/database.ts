import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { failpoint, StartFailure, describeDatabase, type Logger } from '@mps-ledger/platform';
import { refuseTakenPorts } from './ports';
import type { StandaloneConfig } from './standalone.config';

/** Where everything is kept. */
export interface LedgerDatabase {
  readonly url: string;
  /** Nobody else can be at work in it, so what a process that was killed left undone is free at once. */
  readonly exclusive: boolean;
  /** The folder of the embedded Postgres, where it is that. */
  readonly dataDir?: string;
  /** In words, for people; without credentials. */
  readonly where: string;
}

export interface OpenDatabaseOptions {
  readonly config: StandaloneConfig;
  readonly logger: Logger;
  readonly onClose: (name: string, close: () => Promise<void>, limitMs?: number, cut?: () => void) => void;
}

/** Fast shutdown takes some 30 ms; beyond this it is cut short, so that everything ends within ten seconds. */
const STOP_MS = 4_000;

/** The database that DATABASE_URL names, or else the embedded one, started here and stopped last. */
export async function openDatabase({ config, logger, onClose }: OpenDatabaseOptions): Promise<LedgerDatabase> {
  const { DATABASE_URL: given } = config;
  if (given !== undefined) {
    await refuseTakenPorts(config);
    return { url: given, exclusive: false, where: describeDatabase(given) };
  }
  const postgres = await startEmbedded(config, logger);
  onClose(
    'embedded Postgres',
    () => postgres.stop(STOP_MS),
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
      onMaking: (stage) => failpoint(`data-folder.${stage}`),
    });
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw new StartFailure(error.code, error.message, { cause: error });
    throw error;
  }
}
