import type { Logger } from '@mps-ledger/platform';
import { listenUrl, type Database } from '@mps-ledger/database';
import type { ReadModel } from '@mps-ledger/read-model';
import { Lane } from '../lane';
import { FeedTail } from './feed-tail';
import { StreamClients } from './stream-clients';

/** What all streams of the process share. */
export interface OpenFeeds {
  readonly tail: FeedTail;
  readonly clients: StreamClients;
  /** Bounds how many streams read pages at once; the others wait. */
  readonly catchUps: Lane;
}

/** Streams that may be open at once: below the connections of the listener, which other requests need, too. */
const MOST_CLIENTS = 2_000;
const CATCH_UPS_AT_ONCE = 2;
const AN_HOUR_MS = 3_600_000;
/** Milliseconds between reads, where no commit can be listened for. */
const SHORT_POLL_MS = 250;

export function openFeeds(model: ReadModel, database: Database, logger: Logger): OpenFeeds {
  return {
    tail: new FeedTail({
      model,
      onFailure: (error) => {
        logger.debug({ err: error }, 'reading the end of the feed failed; retrying');
      },
      ...(listenUrl(database) === undefined && { pollMs: SHORT_POLL_MS }),
    }),
    clients: new StreamClients({ limit: MOST_CLIENTS }),
    catchUps: new Lane({ atOnce: CATCH_UPS_AT_ONCE, waiting: MOST_CLIENTS, waitMs: AN_HOUR_MS }),
  };
}
