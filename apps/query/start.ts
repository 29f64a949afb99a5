import type { Pool } from 'pg';
import { listenUrl, type Database } from '@mps-ledger/database';
import { httpApplication } from '@mps-ledger/platform';
import type { Health, HttpApplication, Logger, Metrics } from '@mps-ledger/platform';
import {
  describeUnderived,
  knownSchema,
  projectionSchema,
  PROJECTION_CHANNEL,
  readFreshness,
  ReadModelEmpty,
  readModelIn,
  readProgress,
  readUnderivedAlarms,
  type ReadModel,
} from '@mps-ledger/read-model';
import { acceptLoneSurrogates } from './http/task-id';
import { addQueryMetrics } from './metrics';
import { Lane } from './lane';
import type { LaneOptions } from './lane';
import { makeQueryPool } from './pool';
import { QueryModule } from './query.module';
import type { QuerySettings } from './query.config';
import type { QueryContext } from './query-context';
import { CommitListener } from './waiting/commit-listener';
import { WaitingRoom } from './waiting/waiting-room';

export interface StartQueryOptions {
  readonly config: Pick<QuerySettings, 'API_HOST' | 'API_PORT' | 'API_KEYS' | 'DATABASE_URL'> &
    Partial<Pick<QuerySettings, 'DATABASE_POOLER' | 'DATABASE_DIRECT_URL'>>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Reads go through it. Default: one of its own on DATABASE_URL (`makeQueryPool`), ended by `close`. */
  readonly pool?: Pool;
  /** Schema of the read model. Default: this build's. */
  readonly schema?: string;
  /** Requests that may wait at once. Default 500. */
  readonly waiters?: number;
  /**
   * Lists read at once, at most as many as the pool has connections, and those that wait for their turn. Default: 3 at once, 100
   * wait, for two seconds at most.
   */
  readonly lists?: LaneOptions;
}

export interface RunningQuery {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly http: HttpApplication;
  close(): Promise<void>;
}

/**
 * Starts the query app: the API, the contract, the probes and the metrics on one listener. It needs no database to start:
 * without one it answers 503 with a reason, and recovers automatically when there is one.
 */
export async function startQuery(options: StartQueryOptions): Promise<RunningQuery> {
  const { config, logger, metrics, health } = options;
  const pool = options.pool ?? makeQueryPool({ ...databaseOf(config), logger });
  const db = readModelIn(options.schema ?? projectionSchema, pool);
  const waiting = makeWaitingRoom(db, options);
  const listener = makeCommitListener(waiting, options);
  const forget = health.check('query', () => readiness(db));
  const lists = new Lane(options.lists ?? LISTS);
  addQueryMetrics(metrics, db, waiting, lists);
  const closeRest = async (): Promise<void> => {
    forget();
    waiting.close();
    await listener?.close();
    if (options.pool === undefined) await pool.end();
  };
  try {
    const http = await open({ db, waiting, lists }, options);
    const close = (): Promise<void> => http.close().finally(closeRest);
    return { url: http.url, http, close };
  } catch (error) {
    await closeRest();
    throw error;
  }
}

/** A list takes milliseconds of CPU, a read by id less than one: most connections of the pool stay free for reads by id. */
const LISTS: LaneOptions = { atOnce: 3, waiting: 100, waitMs: 2_000 };

/** An id of 10,000 characters of three bytes, percent-encoded, takes 90,000. */
const HEADER_BYTES = 128 * 1024;

async function open(
  context: QueryContext,
  { config, logger, metrics, health }: StartQueryOptions,
): Promise<HttpApplication> {
  const http = await httpApplication({
    name: 'api',
    module: QueryModule.forRoot(context, { withKeys: (config.API_KEYS ?? []).length > 0 }),
    host: config.API_HOST,
    port: config.API_PORT,
    logger,
    metrics,
    health,
    probes: true,
    access: { apiKeys: config.API_KEYS ?? [] },
    contract: '/openapi.json',
    limits: { headerBytes: HEADER_BYTES },
  });
  acceptLoneSurrogates(http.nest.getHttpServer());
  const endWaits = (): void => {
    context.waiting.close();
  };
  http.closing.addEventListener('abort', endWaits, { once: true });
  return http;
}

/** Milliseconds between polls for waiting requests, where no commit can be listened for. */
const SHORT_POLL_MS = 250;

function makeWaitingRoom(db: ReadModel, { config, logger, waiters }: StartQueryOptions): WaitingRoom {
  return new WaitingRoom({
    readProgress: (keys, places) => readProgress(db, keys, places),
    onFailure: (error) => {
      logger.debug({ err: error }, 'polling for waiting requests failed; retrying');
    },
    limit: waiters,
    ...(listenUrl(databaseOf(config)) === undefined && { pollMs: SHORT_POLL_MS }),
  });
}

function databaseOf(config: StartQueryOptions['config']): Database {
  return { url: config.DATABASE_URL, pooler: config.DATABASE_POOLER, directUrl: config.DATABASE_DIRECT_URL };
}

/** Null where the connection could not receive notifications (a pooler, and no direct URL). */
function makeCommitListener(waiting: WaitingRoom, { config, logger }: StartQueryOptions): CommitListener | null {
  const connectionString = listenUrl(databaseOf(config));
  if (connectionString === undefined) return null;
  let logged = '';
  return new CommitListener({
    connection: { connectionString, application_name: 'mps-ledger query listen' },
    channel: PROJECTION_CHANNEL,
    onWake: () => {
      waiting.wake();
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

/** Why requests cannot be answered; null when they can. */
async function readiness(db: ReadModel): Promise<string | null> {
  const missing = await knownSchema(db);
  if (missing !== null) return missing;
  try {
    await readFreshness(db);
    // A record that is not derived yet shows in the lag; one that was passed over will not come without help.
    return describeUnderived((await readUnderivedAlarms(db)).filter(({ isPassedOver }) => isPassedOver));
  } catch (error) {
    if (error instanceof ReadModelEmpty) return error.message;
    throw error;
  }
}
