import { startEmbeddedPostgres } from './embedded-postgres';
import type { DatabaseLogger } from './logger';
import { findRunningPostgres } from './running';

/** The Postgres of a data folder, opened for temporary use. */
export interface OpenPostgres {
  /** `postgresql://…` with the password, so not for logs. */
  readonly url: string;
  readonly port: number;
  /** The real path of the data. */
  readonly dataDir: string;
  /** The process that runs it; null if it was started for this one. */
  readonly heldBy: number | null;
  /** Stops it, if it was started for this process. */
  close(): Promise<void>;
}

export interface OpenPostgresOptions {
  readonly dataDir: string;
  readonly logger: DatabaseLogger;
  /** What it is started for, for the error message of processes that find the folder locked. */
  readonly serves: string;
}

/**
 * Opens the Postgres of a data folder: one that already runs for another process, or else one that is started until `close`. Creates
 * no folder. Rejects with an `EmbeddedPostgresError`.
 */
export async function openEmbeddedPostgres({ dataDir, logger, serves }: OpenPostgresOptions): Promise<OpenPostgres> {
  const running = await findRunningPostgres(dataDir, { logger });
  if (running !== null) return { ...running, close: () => Promise.resolve() };
  const started = await startEmbeddedPostgres({ dataDir, logger, serves });
  const { url, port } = started;
  return { url, port, dataDir: started.dataDir, heldBy: null, close: () => started.stop() };
}
