import type { Pool } from 'pg';
import { makePool, type Database } from '@mps-ledger/database';
import type { Logger } from '@mps-ledger/platform';

export interface QueryPoolOptions extends Database {
  readonly logger: Logger;
  /** Connections at most. Default 10. */
  readonly connections?: number;
  /** Milliseconds that one statement may take; Postgres cancels it then. Default 5,000. */
  readonly statementMs?: number;
}

/** Milliseconds to wait for a connection to become free, or to be made. */
const CONNECT_MS = 3000;
/** Milliseconds beyond the statement's limit for Postgres to report the cancellation; after that the connection counts as dead. */
const SILENCE_MS = 3000;

/** Makes the pool of the query app: bounded in connections and in time. */
export function makeQueryPool(options: QueryPoolOptions): Pool {
  const { logger, connections = 10, statementMs = 5000, ...database } = options;
  return makePool({
    database,
    name: 'mps-ledger query',
    connections,
    connectMs: CONNECT_MS,
    answerMs: statementMs + SILENCE_MS,
    settings: { statement_timeout: statementMs },
    // An idle connection that breaks is replaced by the next query.
    onIdleEnd: (error) => logger.debug({ err: error }, 'an idle connection to Postgres broke'),
  });
}
