import { Pool } from 'pg';
import type { Logger } from '@mps-ledger/platform';

export interface ProjectorPoolOptions {
  readonly url: string;
  readonly logger: Logger;
  /**
   * Connections at most, and so partitions whose batches are written at once. Default 4: on two cores more of them gain
   * nothing.
   */
  readonly connections?: number;
}

/** Milliseconds to wait for a connection to be made. */
const CONNECT_MS = 5_000;
/** A statement whose answer does not come for so long counts as lost, and its connection is given up. */
const SILENCE_MS = 60_000;

/** Makes the pool that the projector writes through. */
export function makeProjectorPool({ url, logger, connections = 4 }: ProjectorPoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'mps-ledger projector',
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: SILENCE_MS,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the next one asked for; without a listener it would end the process.
  pool.on('error', (error) => {
    logger.debug({ err: error }, 'an idle connection to Postgres broke');
  });
  return pool;
}
