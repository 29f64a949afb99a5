import type { Pool } from 'pg';
import type { Logger } from '@mps-ledger/event-log';
import { announce } from '@mps-ledger/read-model';

export interface Announcer {
  /** Announces a commit of rows. Returns at once. */
  committed(): void;
  /** Resolves when nothing is left to announce. */
  close(): Promise<void>;
}

/**
 * Announces commits to listeners, coalesced: while one announcement is in flight, all further commits share the next one.
 * A failed announcement is dropped: listeners also poll from time to time.
 */
export function makeAnnouncer(pool: Pool, logger: Logger): Announcer {
  let pending = false;
  let inFlight: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    while (pending) {
      pending = false;
      try {
        await announce(pool);
      } catch (error) {
        logger.debug({ err: error }, 'a commit could not be announced');
      }
    }
    inFlight = null;
  };
  return {
    committed() {
      pending = true;
      inFlight ??= run();
    },
    async close() {
      await inFlight;
    },
  };
}
