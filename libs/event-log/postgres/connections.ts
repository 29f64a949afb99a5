import { makePool, settingsStatement, type Durability, type Pooler, type SessionSettings } from '@mps-ledger/database';
import type { ClientBase, ClientConfig, QueryConfig, QueryResultRow } from 'pg';

import type { Logger } from '../port/logger';
import { toLogError } from './faults';

export interface ConnectionOptions {
  readonly url: string;
  /** The pooler behind the URL. Default `none`. */
  readonly pooler?: Pooler | undefined;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** A statement that takes longer is cancelled, in ms. Waiting for locks may take half of it; the client waits a bit longer. */
  readonly statementTimeoutMs: number;
  /** Until a connection is there, in ms; also the wait for a free one. */
  readonly connectTimeoutMs: number;
  /** Called for each new connection before it is used. Default: not called. */
  readonly onOpened?: () => void;
  readonly logger: Logger;
}

/** A few connections used for one purpose. */
export interface Connections {
  /** Runs one autocommitted statement. Rejects with a LogError. A failed connection is discarded. */
  run<Row extends QueryResultRow>(statement: QueryConfig): Promise<Row[]>;
  close(): Promise<void>;
}

/** The client times out later than the server, so that a dead network cannot hold it. */
const ANSWER_GRACE_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;
/** After this an unused connection is closed. */
const IDLE_MS = 60_000;

/** The configuration of a single connection. */
export function clientConfig(options: ConnectionOptions): ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    query_timeout: options.statementTimeoutMs + ANSWER_GRACE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

/**
 * Session settings that do not depend on the server's defaults. All queries are look-ups by index: a plan that was created
 * while the tables were small must not stay.
 */
function settingsOf({ statementTimeoutMs }: ConnectionOptions): SessionSettings {
  return {
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.ceil(statementTimeoutMs / 2),
    idle_in_transaction_session_timeout: statementTimeoutMs,
    default_transaction_isolation: 'read committed',
    enable_seqscan: 'off',
    enable_bitmapscan: 'off',
  };
}

/** Applies the session settings to a single direct connection. */
export async function prepareClient(client: Pick<ClientBase, 'query'>, options: ConnectionOptions): Promise<void> {
  await client.query(settingsStatement(settingsOf(options), 'session', 'soon'));
}

/** Creates a pool of at most `max` connections, opened as needed. */
export function makeConnections(options: ConnectionOptions, durability: Durability, max: number): Connections {
  const pool = makePool({
    database: options,
    name: options.applicationName,
    connections: max,
    connectMs: options.connectTimeoutMs,
    answerMs: options.statementTimeoutMs + ANSWER_GRACE_MS,
    settings: settingsOf(options),
    durability,
    unusedMs: IDLE_MS,
    onOpened: options.onOpened,
    onIdleEnd: ({ message }) => options.logger.debug({ reason: message }, 'an idle connection to the log ended'),
  });
  return {
    async run<Row extends QueryResultRow>(statement: QueryConfig) {
      try {
        return (await pool.query<Row>(statement)).rows;
      } catch (error) {
        throw toLogError(error);
      }
    },
    close: () => pool.end(),
  };
}
