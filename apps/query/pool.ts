import type { Pool } from 'pg';
import { makePool, type Database } from '@mps-ledger/database';
import type { Logger } from '@mps-ledger/platform';
import type { QueryConfig } from './query.config';

/** Connections at most. */
const CONNECTIONS = 10;
/** Milliseconds that one statement may take; Postgres cancels it then. */
const STATEMENT_MS = 5000;
/** Memory of a step of a statement: a bitmap of the pages of 100,000 tasks, in Postgres' default of 4 MB, is of ranges of rows, all of which are compared. */
const WORK_MEM = '16MB';
/** Milliseconds to wait for a connection to become free, or to be made. */
const CONNECT_MS = 3000;
/** Milliseconds beyond the statement's limit for Postgres to report the cancellation; after that the connection counts as dead. */
const SILENCE_MS = 3000;

/** How the settings reach the database. */
export function databaseOf({ DATABASE_URL, DATABASE_POOLER, DATABASE_DIRECT_URL }: QueryConfig): Database {
  return { url: DATABASE_URL, pooler: DATABASE_POOLER, directUrl: DATABASE_DIRECT_URL };
}

/** Makes the pool of the query app: bounded in connections and in time. */
export function makeQueryPool(database: Database, logger: Logger): Pool {
  return makePool({
    database,
    name: 'mps-ledger query',
    connections: CONNECTIONS,
    connectMs: CONNECT_MS,
    answerMs: STATEMENT_MS + SILENCE_MS,
    settings: { statement_timeout: STATEMENT_MS, work_mem: WORK_MEM },
    // An idle connection that breaks is replaced by the next query.
    onIdleEnd: (error) => logger.debug({ err: error }, 'an idle connection to Postgres broke'),
  });
}
