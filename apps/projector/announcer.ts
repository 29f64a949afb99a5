import type { Pool } from 'pg';
import type { Logger } from '@mps-ledger/event-log';
import { announce } from '@mps-ledger/read-model';

export interface Announcer {
  /** Rows were committed. Returns at once. */
  committed(): void;
  /** Resolves when nothing is left to tell. */
  close(): Promise<void>;
}

/**
 * Tells listeners of commits, coalesced: while one announcement is under way, all further commits share the next one.
 * One that fails is dropped: listeners look by themselves from time to time.
 */
export function makeAnnouncer(pool: Pool, logger: Logger): Announcer {
  let wanted = false;
  let underWay: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    while (wanted) {
      wanted = false;
      try {
        await announce(pool);
      } catch (error) {
        logger.debug({ err: error }, 'a commit could not be announced');
      }
    }
    underWay = null;
  };
  return {
    committed() {
      wanted = true;
      underWay ??= run();
    },
    async close() {
      await underWay;
    },
  };
}
