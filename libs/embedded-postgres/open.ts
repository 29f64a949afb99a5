import { startEmbeddedPostgres } from './embedded-postgres';
import type { Logger } from './logger';
import { findRunningPostgres } from './running';

/** The Postgres of a data folder, opened for a while. */
export interface OpenPostgres {
  /** `postgresql://…`, password included: not for logs. */
  readonly url: string;
  readonly port: number;
  /** Where the data really is. */
  readonly dataDir: string;
  /** The process that it was found running for; null where it was started for this one. */
  readonly heldBy: number | null;
  /** Stops it where it was started for this. */
  close(): Promise<void>;
}

export interface OpenPostgresOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  /** What it is started for, in words, for whoever finds the folder held meanwhile. */
  readonly serves: string;
}

/**
 * Opens the Postgres of a data folder: the one that runs for another process, or else one that is started until `close`.
 * Makes no folder. Rejects with `EmbeddedPostgresError`.
 */
export async function openEmbeddedPostgres({ dataDir, logger, serves }: OpenPostgresOptions): Promise<OpenPostgres> {
  const running = await findRunningPostgres(dataDir, { logger });
  if (running !== null) return { ...running, close: () => Promise.resolve() };
  const started = await startEmbeddedPostgres({ dataDir, logger, serves });
  const { url, port } = started;
  return { url, port, dataDir: started.dataDir, heldBy: null, close: () => started.stop() };
}
