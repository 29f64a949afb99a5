import type { Pool } from 'pg';
import { makePool, type Database } from '@mps-ledger/database';
import type { Logger } from '@mps-ledger/platform';

export interface ProjectorPoolOptions extends Database {
  readonly logger: Logger;
  /**
   * Maximum of connections, and so of partitions whose batches are written at once. Default 4: on two cores more gain nothing.
   */
  readonly connections?: number;
}

/** Milliseconds to wait for a new connection. */
const CONNECT_MS = 5_000;
/** A statement without an answer for this long counts as lost; its connection is closed. */
const SILENCE_MS = 60_000;
/** Timeout on the server, shorter than the client's: the server cancels a statement before the client gives up. */
const STATEMENT_MS = 55_000;

/** Creates the pool that the projector writes through. */
export function makeProjectorPool({ logger, connections = 4, ...database }: ProjectorPoolOptions): Pool {
  return makePool({
    database,
    name: 'mps-ledger projector',
    connections,
    connectMs: CONNECT_MS,
    answerMs: SILENCE_MS,
    settings: { statement_timeout: STATEMENT_MS, lock_timeout: STATEMENT_MS },
    // The pool replaces it on the next use.
    onIdleEnd: (error) => logger.debug({ err: error }, 'an idle connection to Postgres broke'),
  });
}
