import type { Logger, Metrics } from '@mps-ledger/platform';
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
  /** Bounds how many starts, and pages of `/v1/changes`, are read at once: all clients connect again when a process was restarted. */
  readonly reads: Lane;
  /** Counts items that were sent, by stream. */
  readonly sent: LabelledCounter<'stream'>;
  /** Counts streams that ended, by why. */
  readonly ended: LabelledCounter<'reason'>;
}

interface LabelledCounter<Label extends string> {
  inc(labels: Readonly<Record<Label, string>>): void;
}

/** Streams that may be open at once: below the connections of the listener, which other requests need, too. */
const MOST_CLIENTS = 2_000;
const CATCH_UPS_AT_ONCE = 2;
/** With those that catch up and those of lists, most connections of the pool: reads by id and the probes find one. */
const READS_AT_ONCE = 3;
const READ_WAIT_MS = 5_000;
/** Requests for `/v1/changes` that wait for their turn, beside streams that begin. */
const WAITING_CHANGES = 500;
const AN_HOUR_MS = 3_600_000;
/** Milliseconds between reads, where no commit can be listened for. */
const SHORT_POLL_MS = 250;

/** For specs: what is bounded otherwise in use. */
export interface FeedLimitsOfProcess {
  /** Streams that may be open at once. Default 2,000. */
  readonly clients?: number;
  /** Entries that are kept for streams that are behind. Default 5,000. */
  readonly entries?: number;
  /** Milliseconds between heartbeats, and between checks of keys; see `StreamClientsOptions`. */
  readonly beatMs?: number;
  readonly checkMs?: number;
}

/** Opens what all streams and waits of this process share: one reader of the end of the feed, the places of clients, and the lanes of their reads. */
export function openFeeds(
  model: ReadModel,
  database: Database,
  logger: Logger,
  metrics: Metrics,
  limits: FeedLimitsOfProcess,
): OpenFeeds {
  const { clients = MOST_CLIENTS, entries, ...times } = limits;
  const reads = metrics.counter({
    name: 'feed_reads_total',
    help: 'Reads of the end of the feed, each for all open streams: one per commit, and one per second without commits.',
  });
  return {
    tail: new FeedTail({
      model,
      ...(entries !== undefined && { entries }),
      onRead: () => reads.inc(),
      onFailure: (error) => {
        logger.debug({ err: error }, 'reading the end of the feed failed; retrying');
      },
      ...(listenUrl(database) === undefined && { pollMs: SHORT_POLL_MS }),
    }),
    clients: new StreamClients({ limit: clients, ...times }),
    catchUps: new Lane({ atOnce: CATCH_UPS_AT_ONCE, waiting: clients, waitMs: AN_HOUR_MS }),
    reads: new Lane({
      ...{ atOnce: READS_AT_ONCE, waiting: clients + WAITING_CHANGES, waitMs: READ_WAIT_MS, busy: 'feeds-busy' },
    }),
    sent: metrics.counter({
      name: 'sse_events_sent_total',
      help: 'Events and state changes that were sent over streams.',
      labels: ['stream'],
    }),
    ended: metrics.counter({
      name: 'sse_streams_ended_total',
      help: 'Streams that ended: disconnected by the client, or for the reason that the client was told.',
      labels: ['reason'],
    }),
  };
}
