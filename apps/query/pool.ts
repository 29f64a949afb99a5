import { Pool } from 'pg';
import type { Logger } from '@mps-ledger/platform';

export interface QueryPoolOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Connections at most. Default 10. */
  readonly connections?: number;
  /** Milliseconds that one statement may take; Postgres cancels it then. Default 5,000. */
  readonly statementMs?: number;
}

/** Milliseconds to wait for a connection to come free, or to be made. */
const CONNECT_MS = 3000;
/** Given to Postgres to say itself that a statement was cancelled, before its silence counts as a dead connection. */
const SILENCE_MS = 3000;

/** Makes the pool of the query app: bounded in connections and in time. */
export function makeQueryPool({ url, logger, connections = 10, statementMs = 5000 }: QueryPoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'mps-ledger query',
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementMs,
    query_timeout: statementMs + SILENCE_MS,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on('error', (error) => {
    logger.debug({ err: error }, 'an idle connection to Postgres broke');
  });
  return pool;
}
