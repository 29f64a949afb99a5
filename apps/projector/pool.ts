import type { Pool } from 'pg';
import { makePool, type Database } from '@mps-ledger/database';
import type { Logger } from '@mps-ledger/platform';

export interface ProjectorPoolOptions extends Database {
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
/** Told to the server, which cancels a statement before its client gives it up. */
const STATEMENT_MS = 55_000;

/** Makes the pool that the projector writes through. */
export function makeProjectorPool({ logger, connections = 4, ...database }: ProjectorPoolOptions): Pool {
  return makePool({
    database,
    name: 'mps-ledger projector',
    connections,
    connectMs: CONNECT_MS,
    answerMs: SILENCE_MS,
    settings: { statement_timeout: STATEMENT_MS, lock_timeout: STATEMENT_MS },
    // An idle connection that breaks is replaced by the next one asked for.
    onIdleEnd: (error) => logger.debug({ err: error }, 'an idle connection to Postgres broke'),
  });
}
