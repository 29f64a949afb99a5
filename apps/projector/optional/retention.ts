import type { Pool } from 'pg';
import { pause, type Logger } from '@mps-ledger/platform';
import { removeBodies } from '@mps-ledger/projections';

export interface RetentionOptions {
  readonly pool: Pool;
  readonly schema: string;
  readonly retentionMs: number;
  readonly logger: Logger;
  /** Default: a minute. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 60_000;

/** Removes bodies that are older than the retention, again and again until it is closed. Every projector may do it at once. */
export function removeOldBodies(options: RetentionOptions): { close(): Promise<void> } {
  const { pool, schema, retentionMs, logger, intervalMs = INTERVAL_MS } = options;
  const closed = new AbortController();
  const { signal } = closed;
  const rounds = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const removed = await removeBodies(pool, schema, new Date(Date.now() - retentionMs), signal);
        if (removed > 0) logger.info({ removed }, 'bodies of notifications removed: older than their retention');
      } catch (error) {
        logger.warn({ err: error }, 'old bodies could not be removed; retrying');
      }
      await pause(intervalMs, signal);
    }
  };
  const running = rounds();
  return {
    async close() {
      closed.abort();
      await running;
    },
  };
}
