import { listenUrl, type Database } from '@mps-ledger/database';
import type { Logger } from '@mps-ledger/platform';
import { PROJECTION_CHANNEL, readProgress, type ReadModel } from '@mps-ledger/read-model';
import type { OpenFeeds } from '../feeds/open-feeds';
import { CommitListener } from './commit-listener';
import { WaitingRoom } from './waiting-room';

/** Milliseconds between polls for waiting requests, where no commit can be listened for. */
const SHORT_POLL_MS = 250;

/** Makes the waiting room of a database. */
export function makeWaitingRoom(db: ReadModel, database: Database, logger: Logger, limit: number): WaitingRoom {
  return new WaitingRoom({
    readProgress: (keys, places) => readProgress(db, keys, places),
    onFailure: (error) => {
      logger.debug({ err: error }, 'polling for waiting requests failed; retrying');
    },
    limit,
    ...(listenUrl(database) === undefined && { pollMs: SHORT_POLL_MS }),
  });
}

/** Wakes the waiting room and the feeds after commits. Null where the connection cannot receive notifications (a pooler, and no direct URL). */
export function makeCommitListener(
  waiting: WaitingRoom,
  feeds: OpenFeeds,
  database: Database,
  logger: Logger,
): CommitListener | null {
  const connectionString = listenUrl(database);
  if (connectionString === undefined) return null;
  let logged = '';
  return new CommitListener({
    connection: { connectionString, application_name: 'mps-ledger query listen' },
    channel: PROJECTION_CHANNEL,
    onWake: () => {
      waiting.wake();
      feeds.tail.wake();
    },
    onChange: (fault) => {
      const reason = fault?.message ?? '';
      if (fault === null) logger.debug('listening for commits');
      else if (reason !== logged)
        logger.warn({ reason }, 'not listening for commits; waiting requests depend on polling');
      logged = reason;
    },
  });
}
